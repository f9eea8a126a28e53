/**
 * The one object the user interface talks to: which page stands, and what leads from one to the next.
 *
 * ```
 * start --create--> room            start --openLink--> door --join--> room
 * returning (refresh) --> room      room, door, returning --> ended     ended, door --startOver--> start
 * ```
 *
 * Safety:
 * - What the tab keeps is removed before anything else when a room ends; after that nothing in the tab leads back.
 * - Once inside, the address bar shows the constant `/room`; after the end another such entry is pushed, so that Back
 *   meets a page that has nothing to show.
 * - A page that is hidden for good or for the back/forward cache holds neither keys nor texts (`#suspend`).
 * Liveness: every attempt ends in the room, in a problem that the person can do something about, or on an ended page.
 */
import { batch, computed, signal } from "@preact/signals-core";
import { type Invitation, linkIn, parseLink } from "../e2ee";
import { type Attempt, CannotEnter } from "./attempt";
import { type Browser, LINK_PREFIX, pageBrowser, ROOM_PATH, START_PATH } from "./browser";
import { Door } from "./door";
import { type Expiry, LONGEST_LIFETIME_MS } from "./expiry";
import { isProblem, prepareCreate, prepareJoin } from "./forms";
import { roomFace } from "./people";
import { Relay } from "./relay";
import type { Admission, RoomSession } from "./room-session";
import type {
  CreateForm,
  Ended,
  JoinForm,
  Phase,
  Problem,
  RoomView,
  SanctuaryApp,
  Step,
} from "./types";

const MS_PER_MINUTE = 60_000;
const S_PER_MINUTE = 60;

/** The app of the page that this script runs in; tests bring a browser of their own. */
export function createApp(browser: Browser = pageBrowser()): SanctuaryApp {
  return new App(browser);
}

type Inside = typeof import("./inside");

/** The way into rooms, fetched once. Throws `CannotEnter` if it does not arrive; the next attempt fetches it again. */
async function loadInside(): Promise<Inside> {
  try {
    return await import("./inside");
  } catch {
    throw new CannotEnter({ problem: { name: "no-connection" } });
  }
}

/** How a tab is on its way into a room. */
interface Entering {
  readonly way: "create" | "join" | "return";
  readonly abort: AbortController;
  /** From the relay's admission on. */
  session: RoomSession | undefined;
}

class App implements SanctuaryApp {
  readonly #browser: Browser;
  readonly phase = signal<Phase>({ at: "start" });
  readonly step = signal<Step | undefined>(undefined);
  readonly problem = signal<Problem | undefined>(undefined);
  readonly room = signal<RoomView | undefined>(undefined);
  readonly maxLifetimeMinutes = signal(LONGEST_LIFETIME_MS / MS_PER_MINUTE);
  readonly #doorExpiry = signal<Expiry | undefined>(undefined);
  readonly door = computed(() => {
    const expiry = this.#doorExpiry.value;
    if (expiry === undefined || this.#door === undefined) return undefined;
    return { ...roomFace(this.#door.invitation.roomId), remainingMs: expiry.remainingMs.value };
  });
  /** The line of the start page, or of a tab that comes back; a door has its own. */
  #relay: Relay | undefined;
  #door: Door | undefined;
  #entering: Entering | undefined;
  /** The room that this tab is in. */
  #session: RoomSession | undefined;

  constructor(browser: Browser) {
    this.#browser = browser;
    browser.onPopState(() => this.#moved());
    browser.onRestored(() => this.#moved());
    browser.onPageHide(() => this.#suspend());
    browser.onWake(() => {
      this.#door?.checkClocks();
      this.#entering?.session?.checkClocks();
      this.#session?.checkClocks();
    });
    this.#arrive();
  }

  async create(form: CreateForm): Promise<void> {
    const { phase, problem, maxLifetimeMinutes } = this;
    if (phase.value.at !== "start" || this.#lacksSomething()) return;
    const prepared = prepareCreate(form, maxLifetimeMinutes.value);
    if (isProblem(prepared)) problem.value = prepared;
    else await this.#enter("create", (inside, attempt) => inside.create(prepared, attempt));
  }

  prepare(): void {
    void loadInside().catch(() => undefined);
  }

  async join(form: JoinForm): Promise<void> {
    const door = this.#door;
    if (door === undefined || this.#lacksSomething()) return;
    const prepared = prepareJoin(form);
    if (isProblem(prepared)) this.problem.value = prepared;
    else {
      const { invitation, opened } = door;
      await this.#enter("join", (inside, attempt) =>
        inside.join(prepared, invitation, opened, attempt),
      );
    }
  }

  /** Pasting leaves no trace: the address stays that of the start page, and the link's secret out of the history. */
  openLink(text: string): void {
    const invitation = parseLink(linkIn(text));
    if (invitation === undefined) this.problem.value = { name: "link-malformed" };
    else if (invitation.origin !== this.#browser.origin) {
      this.problem.value = { name: "link-of-another-host" };
    } else {
      this.#letGo("leave");
      this.#openDoor(invitation);
    }
  }

  cancel(): void {
    const entering = this.#entering;
    if (entering === undefined) return;
    if (entering.way === "return") {
      this.#over("left");
      return;
    }
    this.#backToForm();
  }

  startOver(): void {
    if (this.phase.value.at === "room") return;
    this.#browser.removeKept();
    this.#letGo("leave");
    this.#browser.replaceUrl(START_PATH);
    this.#openStart();
  }

  /** The page was opened or refreshed. */
  #arrive(): void {
    const kept = this.#browser.path() === ROOM_PATH ? this.#browser.loadKept() : undefined;
    if (kept === undefined) {
      this.#route();
      return;
    }
    this.phase.value = { at: "returning" };
    void this.#enter("return", (inside, attempt) => inside.comeBack(kept, attempt));
  }

  /** Back, Forward, another fragment, or out of the back/forward cache. */
  #moved(): void {
    if (this.#session !== undefined || this.#entering?.way === "return") {
      this.#browser.replaceUrl(ROOM_PATH);
      return;
    }
    this.#browser.removeKept();
    this.#letGo("leave");
    this.#route();
  }

  /** Shows the page of the address; a room is never entered by that. */
  #route(): void {
    const browser = this.#browser;
    const path = browser.path();
    if (path === ROOM_PATH) this.phase.value = { at: "ended", why: "gone" };
    else if (path.startsWith(LINK_PREFIX)) {
      const invitation = parseLink(linkIn(browser.href()));
      // A broken link is the same as one of a room that has ended.
      if (invitation === undefined) this.phase.value = { at: "ended", why: "gone" };
      else this.#openDoor(invitation);
    } else this.#openStart();
  }

  #openStart(): void {
    this.phase.value = { at: "start" };
    if (this.#lacksSomething()) return;
    // For the form only: whether there is a connection is told when somebody wants one.
    this.#line()
      .hello(new AbortController().signal)
      .then(
        ({ maxLifetimeS }) => {
          this.maxLifetimeMinutes.value = Math.floor(maxLifetimeS / S_PER_MINUTE);
        },
        () => undefined,
      );
  }

  #openDoor(invitation: Invitation): void {
    this.phase.value = { at: "door", roomName: undefined };
    if (this.#lacksSomething()) return;
    // Who stands at the door will want to come in.
    this.prepare();
    this.#door = new Door(invitation, this.#browser, {
      onOpened: (roomName, expiry) =>
        batch(() => {
          this.phase.value = { at: "door", roomName };
          this.#doorExpiry.value = expiry;
        }),
      onHindrance: (problem) => {
        // What the person's own attempt met stands above what the door meets.
        if (this.#entering === undefined) this.problem.value = problem;
      },
      onEnded: (why) => this.#over(why),
    });
  }

  /** Runs one attempt, from the form to the room or to what stands in its way. */
  async #enter(
    way: Entering["way"],
    run: (inside: Inside, attempt: Attempt) => Promise<Admission>,
  ): Promise<void> {
    if (this.#entering !== undefined) return;
    const relay = this.#line();
    const entering: Entering = { way, abort: new AbortController(), session: undefined };
    this.#entering = entering;
    this.problem.value = undefined;
    this.step.value = { name: "loading" };
    const { signal } = entering.abort;
    const attempt: Attempt = {
      relay,
      browser: this.#browser,
      signal,
      onStep: (step) => {
        if (!signal.aborted) this.step.value = step;
      },
      onHindrance: (problem) => {
        if (!signal.aborted) this.problem.value = problem;
      },
    };
    const unfollow = followWork(attempt, way);
    try {
      const inside = await loadInside();
      if (signal.aborted) return;
      const admission = await run(inside, attempt);
      unfollow();
      if (signal.aborted) abandon(admission);
      else await this.#goIn(inside, entering, admission);
    } catch (error) {
      if (!signal.aborted) this.#failed(error);
    } finally {
      unfollow();
    }
  }

  /** The page's line to the relay; a new one if the old one has ended for good, as it does when the relay is stopped. */
  #line(): Relay {
    if (this.#door !== undefined) return this.#door.line();
    if (this.#relay === undefined || this.#relay.state.value === "closed") {
      this.#relay = new Relay(this.#browser);
    }
    return this.#relay;
  }

  /** Admitted by the relay: on into the group. Settles when inside, or when that came to nothing. */
  #goIn(inside: Inside, entering: Entering, admission: Admission): Promise<void> {
    this.#door?.handOver();
    this.#relay = undefined;
    if (entering.way !== "create") this.step.value = { name: "waiting-for-turn" };
    let purging: Phase | undefined;
    return new Promise((resolve) => {
      entering.abort.signal.addEventListener("abort", () => resolve());
      entering.session = new inside.RoomSession(admission, {
        onStep: (name) => {
          if (this.#entering === entering) this.step.value = { name };
        },
        onEntered: () => {
          this.#entered(entering, admission);
          resolve();
        },
        onEnded: (why) => {
          this.#ended(entering, why);
          if (why === "purging") purging = this.phase.value;
          resolve();
        },
        onPurgeOver: (why) => {
          // Only the page that waits for it: by now the tab may be elsewhere, or even purge another room.
          if (this.phase.value === purging) this.phase.value = { at: "ended", why };
        },
      });
    });
  }

  #entered(entering: Entering, { keys }: Admission): void {
    const { session } = entering;
    if (session === undefined) return;
    this.#browser.saveKept(keys.session.kept);
    this.#browser.replaceUrl(ROOM_PATH);
    this.#entering = undefined;
    this.#session = session;
    this.#door = undefined;
    batch(() => {
      this.#doorExpiry.value = undefined;
      this.step.value = undefined;
      this.problem.value = undefined;
      this.room.value = session.view;
      this.phase.value = { at: "room" };
    });
  }

  /** The room is over for this tab and wiped; before it was inside, that may be a problem of the attempt. */
  #ended(entering: Entering, why: Ended): void {
    const isOnTheWay = this.#entering === entering && entering.way !== "return";
    this.#session = undefined;
    entering.session = undefined;
    if (isOnTheWay && (why === "tampered" || why === "locked-out")) {
      // The door is looked at anew: if link and password have just changed, it says that this room is gone.
      this.#backToForm();
      this.problem.value = { name: "tampered" };
    } else this.#over(why);
  }

  /** An attempt came to nothing before the relay's admission: the form stays, or there is nothing left to try. */
  #failed(error: unknown): void {
    const way = this.#entering?.way;
    const reason = error instanceof CannotEnter ? error.reason : TAMPERED;
    this.#entering = undefined;
    if ("ended" in reason) this.#over(reason.ended);
    else if (way === "return") {
      // Only the relay's being another one can have kept the tab from its room.
      this.#over(reason.problem.name === "tampered" ? "tampered" : "relay-stopped");
    } else {
      this.step.value = undefined;
      this.problem.value = reason.problem;
    }
  }

  /** Gives an attempt up and shows the page anew from which it started. */
  #backToForm(): void {
    const invitation = this.#door?.invitation;
    this.#letGo("leave");
    if (invitation === undefined) this.#openStart();
    else this.#openDoor(invitation);
  }

  /** The end of a room, of a door or of coming back. */
  #over(why: Ended): void {
    this.#browser.removeKept();
    const isRoom = this.#browser.path() === ROOM_PATH;
    this.#letGo("leave");
    // Coming back to nothing adds no entry: the one that stands has nothing to show either.
    if (isRoom && why !== "gone") this.#browser.pushUrl(ROOM_PATH);
    this.phase.value = { at: "ended", why };
  }

  /** The page goes away: nothing stays but what lets a refreshed tab come back. */
  #suspend(): void {
    const isOver = this.phase.value.at === "ended";
    this.#letGo("hang-up");
    if (!isOver) this.phase.value = { at: "returning" };
  }

  /**
   * Ends whatever is open and empties the page. `hang-up` says nothing to the relay, so that a refreshed tab finds its
   * session; `leave` gives up what was on its way in.
   */
  #letGo(how: "leave" | "hang-up"): void {
    const entering = this.#entering;
    this.#entering = undefined;
    entering?.abort.abort(new Error("the attempt was given up"));
    if (how === "leave") entering?.session?.abandon();
    else entering?.session?.suspend();
    this.#session?.suspend();
    this.#session = undefined;
    this.#door?.close();
    this.#door = undefined;
    this.#relay?.close();
    this.#relay = undefined;
    batch(() => {
      this.#doorExpiry.value = undefined;
      this.room.value = undefined;
      this.step.value = undefined;
      this.problem.value = undefined;
    });
  }

  #lacksSomething(): boolean {
    const what = this.#browser.lacks();
    if (what !== undefined) this.problem.value = { name: "browser-unsupported", what };
    return what !== undefined;
  }
}

const TAMPERED = { problem: { name: "tampered" } } as const;

/** Tells the person of work that the relay demands, and when it is done. */
function followWork({ relay, onStep }: Attempt, way: Entering["way"]): () => void {
  let working = false;
  return relay.work.subscribe((done) => {
    if (done !== undefined) onStep({ name: "working", done });
    else if (working) onStep({ name: way === "create" ? "entering" : "asking-to-join" });
    working = done !== undefined;
  });
}

/** Admitted, but nobody wants it any more. */
function abandon({ relay, keys, way }: Admission): void {
  relay.send({ type: "Leave" });
  relay.close();
  if (way.kind === "created") way.member.wipe();
  keys.wipe();
}
