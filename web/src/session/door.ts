/**
 * The door of a room whose link is open: looks the room up, opens its sealed name and counts its time.
 *
 * Safety: a room name that this link cannot open is the same as no room ("gone"): whoever has another link learns
 * nothing. Liveness: while there is no connection, the question is put again on the next one.
 */
import type { Invitation } from "../e2ee";
import { E2eeError, openRoomName } from "../e2ee";
import type { RelayFrame } from "../wire";
import type { Browser } from "./browser";
import { Expiry } from "./expiry";
import { ConnectionLost, Relay, RelayUnreachable } from "./relay";
import type { Ended, Problem } from "./types";

type RoomFrame = Extract<RelayFrame, { readonly type: "Room" }>;

/** What the door tells the page. */
export interface DoorHooks {
  onOpened(roomName: string, expiry: Expiry): void;
  /** There is no connection (tried again by itself), or there is one again. */
  onHindrance(problem: Problem | undefined): void;
  /** The last call. */
  onEnded(why: Ended): void;
}

export class Door {
  readonly invitation: Invitation;
  readonly #browser: Browser;
  readonly #hooks: DoorHooks;
  #relay: Relay;
  readonly #abort = new AbortController();
  readonly #opened: Promise<string>;
  #expiry: Expiry | undefined;
  #closed = false;

  constructor(invitation: Invitation, browser: Browser, hooks: DoorHooks) {
    this.invitation = invitation;
    this.#browser = browser;
    this.#hooks = hooks;
    this.#relay = new Relay(browser);
    this.#opened = this.#lookUp();
    // Whoever waits for it hears of a failure; nobody has to.
    this.#opened.catch(() => undefined);
  }

  /** The line to the relay, a new one if the old one has ended for good; the room's from an admission on (`handOver`). */
  line(): Relay {
    if (this.#relay.state.value === "closed") this.#relay = new Relay(this.#browser);
    return this.#relay;
  }

  /** Settles with the room name once it is known. */
  get opened(): Promise<string> {
    return this.#opened;
  }

  /** Timers may have slept: looks at the clocks. */
  checkClocks(): void {
    this.#expiry?.check();
  }

  /** Somebody went in: the door counts no more and leaves the line alone. */
  handOver(): void {
    this.#closed = true;
    this.#expiry?.stop();
  }

  close(): void {
    if (this.#closed) return;
    this.handOver();
    this.#abort.abort(new Error("the door was closed"));
    this.#relay.close();
  }

  async #lookUp(): Promise<string> {
    const { roomId } = this.invitation;
    let isHindered = false;
    for (;;) {
      try {
        const hello = await this.#relay.hello(this.#abort.signal);
        const answer = await this.#relay.ask(hello, { type: "Lookup", roomId }, this.#abort.signal);
        // What else stands on the page, an attempt's own problem, is not the door's to take back.
        if (isHindered) this.#hooks.onHindrance(undefined);
        if (answer.type !== "Room") throw this.#end("gone");
        return await this.#open(answer);
      } catch (error) {
        const isUnreachable = error instanceof ConnectionLost || error instanceof RelayUnreachable;
        if (this.#closed || !isUnreachable) throw error;
        const outdated = error instanceof RelayUnreachable && error.why === "unsupported-version";
        isHindered = true;
        this.#hooks.onHindrance({ name: outdated ? "page-outdated" : "no-connection" });
        if (error instanceof RelayUnreachable && error.why !== undefined) throw error;
      }
    }
  }

  async #open({ sealedName, remainingMs }: RoomFrame): Promise<string> {
    let roomName: string;
    try {
      roomName = await openRoomName(sealedName, this.invitation);
    } catch (error) {
      if (error instanceof E2eeError) throw this.#end("gone");
      throw error;
    }
    if (this.#closed) throw new Error("the door was closed");
    this.#expiry = new Expiry(this.#browser.clock, remainingMs, () => this.#end("expired"));
    this.#hooks.onOpened(roomName, this.#expiry);
    return roomName;
  }

  #end(why: Ended): Error {
    if (!this.#closed) {
      this.close();
      this.#hooks.onEnded(why);
    }
    return new Error("there is no such room");
  }
}
