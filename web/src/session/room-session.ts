/**
 * One tab's part in one room, from admission to its end.
 *
 * Safety: everything that touches the room's state goes through one queue, one event or deed at a time; only the end
 * does not wait its turn. After the end nothing is decrypted, shown or sent, and every key and text is wiped.
 * Liveness: whatever is wanted (to be inside, to send, to commit) is asked for again after each connection, until the
 * room's time has passed by this device's own clocks at the latest.
 */
import { makeDeeds } from "./deeds";
import { endedBy, endedByClose, Frames } from "./frames";
import { purgeInBackground } from "./purge";
import { makeNewSecrets, wipeNewSecrets } from "./rekey";
import type { RelayEvent } from "./relay";
import { type Admission, Room } from "./room";
import { RoomOver } from "./room-over";
import { Serial } from "./serial";
import type { Ended, KickOutcome, RoomView } from "./types";

export type { Admission };

/** What the room tells the page. */
export interface RoomHooks {
  /** On the way in. */
  onStep(step: "waiting-for-turn" | "entering"): void;
  /** Inside for the first time. */
  onEntered(): void;
  /** Over; everything is wiped already. Only `onPurgeOver` may follow. */
  onEnded(why: Ended): void;
  /** What became of the room that was purged from here, once the relay has said so or its time is up. */
  onPurgeOver(why: Ended): void;
}

export class RoomSession {
  readonly #room: Room;
  readonly #frames: Frames;
  readonly #hooks: RoomHooks;
  readonly #serial = new Serial();
  readonly #ended = new AbortController();
  #hasEntered = false;

  /** Takes over the relay's line and the keys, and closes and wipes them in the end. */
  constructor(admission: Admission, hooks: RoomHooks) {
    this.#hooks = hooks;
    const end = (why: Ended) => this.#end(why);
    const deeds = makeDeeds({
      room: () => this.#room,
      inTurn: (task) => this.#inTurn(task),
      kick: (id) => this.#kick(id),
      leave: () => this.leave(),
      purge: () => this.purge(),
    });
    this.#room = new Room(admission, {
      inTurn: (task) => this.#inTurn(task),
      end,
      report: () => this.#frames.report(),
      deeds,
    });
    const listener = { onStep: hooks.onStep, onInside: () => this.#onInside(), end };
    const { number, lastMessageId, way } = admission;
    this.#frames = new Frames(this.#room, listener, number, lastMessageId);
    if (way.kind === "created") this.#inTurn(() => this.#frames.created());
    admission.relay.take((event) => this.#receive(event));
  }

  /** What the room page shows. */
  get view(): RoomView {
    return this.#room.view.room;
  }

  /** Timers may have slept: looks at the clocks. */
  checkClocks(): void {
    this.#room.expiry.check();
    this.#room.burning.check();
  }

  /** Ends this tab's part; the relay forgets the session at once. */
  leave(): void {
    this.#end("left");
  }

  /** As `leave`, before anybody was told that this tab is inside: no hook is called. */
  abandon(): void {
    this.#room.send({ type: "Leave" });
    this.suspend();
  }

  /**
   * Ends the room for everybody, and this tab's part at once. Whether the relay has heard of it is known once it says so: a
   * connection may be lost before anybody knows.
   */
  purge(): void {
    if (this.#ended.signal.aborted) return;
    const { relay, keys, expiry, attachment, browser } = this.#room;
    const state = { attached: attachment.attached, remainingMs: expiry.remainingMs.value };
    const session = keys.giveSession();
    this.#wipe();
    purgeInBackground(relay, session, browser.clock, state, (why) => this.#hooks.onPurgeOver(why));
    this.#hooks.onEnded("purging");
  }

  /** Wipes everything and hangs up without a word: the page is going away, perhaps to come back refreshed. */
  suspend(): void {
    this.#wipe();
    this.#room.relay.close();
  }

  async #kick(id: string): Promise<KickOutcome> {
    const { people, keys, commits } = this.#room;
    if (people.member(id) === undefined || people.self.value.id === id) return "gone-before";
    const fresh = await makeNewSecrets(keys.roomId, this.#ended.signal);
    return new Promise((resolve, reject) => {
      const failed = () => reject(new RoomOver());
      if (this.#ended.signal.aborted) {
        wipeNewSecrets(fresh);
        failed();
        return;
      }
      commits.add({ id, fresh, done: resolve, failed });
      this.#inTurn(() => commits.ask());
    });
  }

  #receive(event: RelayEvent): void {
    if (event.kind === "frame" && event.frame.type === "Ended")
      this.#over(endedBy(event.frame.reason));
    else if (event.kind === "closed") this.#end(endedByClose(event.why));
    else this.#inTurn(() => this.#handle(event));
  }

  async #handle(event: RelayEvent): Promise<void> {
    if (event.kind === "frame") return this.#frames.take(event.frame);
    this.#room.lost();
    if (event.kind === "opened")
      await this.#room.attachment.opened(event.hello, this.#frames.lastSeq);
  }

  #onInside(): void {
    if (this.#hasEntered || this.#ended.signal.aborted) return;
    this.#hasEntered = true;
    this.#hooks.onEntered();
  }

  #inTurn(task: () => void | Promise<void>): void {
    this.#serial.run(task).catch(() => this.#end("tampered"));
  }

  /** Ends it from this side: the relay is to forget the session, whatever the reason. */
  #end(why: Ended): void {
    this.#room.send({ type: "Leave" });
    this.#over(why);
  }

  #over(why: Ended): void {
    if (this.#ended.signal.aborted) return;
    this.#wipe();
    this.#room.relay.close();
    this.#hooks.onEnded(why);
  }

  #wipe(): void {
    this.#serial.close();
    this.#ended.abort();
    this.#room.wipe();
  }
}
