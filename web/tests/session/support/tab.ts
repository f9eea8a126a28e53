/**
 * A tab of a browser in Node: a history, a session storage, lifecycle events and clocks, all real in their small way, and
 * real sockets. Only what a page would draw is missing.
 */
import WebSocket from "ws";
import type { Environment } from "../../../src/connection";
import {
  type Browser,
  type Clock,
  decodeKept,
  encodeKept,
  systemClock,
} from "../../../src/session/browser";
import {
  createApp,
  type Ended,
  type RoomView,
  type SanctuaryApp,
} from "../../../src/session/index";
import { until } from "./until";

type Listeners = Set<() => void>;

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  stop: () => void;
}

/** The machine's clocks, which the test can set forward one by one. */
export class SettableClock implements Clock {
  readonly #timers = new Set<Timer>();
  #monotonicOffset = 0;
  #wallOffset = 0;

  monotonic(): number {
    return systemClock.monotonic() + this.#monotonicOffset;
  }

  wall(): number {
    return systemClock.wall() + this.#wallOffset;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.monotonic() + ms, callback, stop: () => {} };
    this.#timers.add(timer);
    this.#start(timer);
    return () => {
      timer.stop();
      this.#timers.delete(timer);
    };
  }

  /** Time passes on both clocks, or on the wall clock only, as on a laptop that slept: timers stand still then. */
  forward(ms: number, which: "both" | "wall" = "both"): void {
    this.#wallOffset += ms;
    if (which === "wall") return;
    this.#monotonicOffset += ms;
    for (const timer of this.#timers) {
      timer.stop();
      this.#start(timer);
    }
  }

  #start(timer: Timer): void {
    timer.stop = systemClock.after(Math.max(0, timer.at - this.monotonic()), () => {
      this.#timers.delete(timer);
      timer.callback();
    });
  }
}

/** One document: what is there between two loads. */
class Page implements Browser {
  readonly listeners = {
    popstate: new Set() as Listeners,
    pagehide: new Set() as Listeners,
    restored: new Set() as Listeners,
    wake: new Set() as Listeners,
  };
  readonly environment: Environment;
  readonly origin: string;

  constructor(
    readonly tab: Tab,
    readonly clock: SettableClock,
  ) {
    this.origin = tab.origin;
    this.environment = {
      WebSocket: WebSocket as unknown as Environment["WebSocket"],
      after: (ms, callback) => clock.after(ms, callback),
      now: () => clock.wall(),
      random: Math.random,
      hidden: () => false,
      onWake: (callback) => subscribe(this.listeners.wake, () => callback("changed")),
    };
  }

  href(): string {
    return this.tab.url;
  }

  path(): string {
    return new URL(this.tab.url).pathname;
  }

  replaceUrl(url: string): void {
    this.tab.history.splice(this.tab.at, 1, new URL(url, this.tab.url).href);
  }

  pushUrl(url: string): void {
    this.tab.history.splice(
      this.tab.at + 1,
      Number.POSITIVE_INFINITY,
      new URL(url, this.tab.url).href,
    );
    this.tab.at += 1;
  }

  loadKept(): Uint8Array<ArrayBuffer> | undefined {
    return decodeKept(this.tab.storage.get("share") ?? null);
  }

  saveKept(kept: Uint8Array): void {
    this.tab.storage.set("share", encodeKept(kept));
  }

  removeKept(): void {
    this.tab.storage.delete("share");
  }

  onPopState(callback: () => void): () => void {
    return subscribe(this.listeners.popstate, callback);
  }

  onPageHide(callback: () => void): () => void {
    return subscribe(this.listeners.pagehide, callback);
  }

  onRestored(callback: () => void): () => void {
    return subscribe(this.listeners.restored, callback);
  }

  onWake(callback: () => void): () => void {
    return subscribe(this.listeners.wake, callback);
  }

  lacks(): string | undefined {
    return this.tab.lacks;
  }

  emit(name: keyof Page["listeners"]): void {
    for (const callback of this.listeners[name]) callback();
  }
}

export class Tab {
  readonly storage = new Map<string, string>();
  readonly history: string[];
  readonly clock = new SettableClock();
  /** What this browser does not have. */
  readonly lacks: string | undefined;
  at = 0;
  #page: Page;
  app: SanctuaryApp;

  /** Opens the page at `path`, which may have a fragment. */
  constructor(
    readonly origin: string,
    path = "/",
    storage: ReadonlyMap<string, string> = new Map(),
    lacks?: string,
  ) {
    this.lacks = lacks;
    this.history = [new URL(path, origin).href];
    for (const [key, value] of storage) this.storage.set(key, value);
    this.#page = new Page(this, this.clock);
    this.app = createApp(this.#page);
  }

  /** What the address bar shows. */
  get url(): string {
    return this.history[this.at] ?? "";
  }

  /** The room, once this tab is in it. */
  inside(): Promise<RoomView> {
    return until("to be inside", () => this.app.room.value);
  }

  /** Why the room is over, once it is known to be. */
  ended(): Promise<Ended> {
    return until("an end", () => {
      const phase = this.app.phase.value;
      return phase.at === "ended" && phase.why !== "purging" ? phase.why : undefined;
    });
  }

  /** Loads the page anew. */
  refresh(): void {
    this.close();
    this.#page = new Page(this, this.clock);
    this.app = createApp(this.#page);
  }

  /** Back within the same document. */
  back(): void {
    this.at = Math.max(0, this.at - 1);
    this.#page.emit("popstate");
  }

  /** The tab is closed, or another page is loaded in it. */
  close(): void {
    this.#page.emit("pagehide");
  }

  /** The document comes out of the back/forward cache. */
  restore(): void {
    this.#page.emit("restored");
  }

  /** Somebody looks at the page again, or the network has changed. */
  wake(): void {
    this.#page.emit("wake");
  }

  /** Another tab with a copy of this one's storage, as browsers make them. */
  duplicate(): Tab {
    return new Tab(this.origin, new URL(this.url).pathname, this.storage);
  }
}

function subscribe(listeners: Listeners, callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}
