/**
 * How a session holds on to its room when connections come and go (docs/PROTOCOL.md, section 10).
 *
 * ```
 * attached --lost--> lost --opened--> resuming --Resumed--> attached
 *                     ^                  | Refused (gone), but the room should still live
 *                     |                  v
 *                     +---- lost ---- rejoining --Admitted--> attached, as a new session
 *                                     ^      |
 *                                     +-wait-+ Refused (throttled, room full, locked)
 * ```
 *
 * Safety: a signature goes out only on the connection whose nonce it holds, so that no answer is mistaken for another's.
 * What is still to be dealt with of a connection that is lost already, while a newer one stands, leads to nothing.
 * Liveness: every refusal either ends the room for this tab or leads to another attempt.
 */
import type { Hello } from "../connection";
import { SessionKeys } from "../e2ee";
import type { RelayFrame } from "../wire";
import type { Browser, Stop } from "./browser";
import type { Keyring } from "./keyring";
import type { Relay } from "./relay";
import type { Ended } from "./types";

type FrameNamed<T> = Extract<RelayFrame, { readonly type: T }>;
export type Resumed = FrameNamed<"Resumed">;
export type Admitted = FrameNamed<"Admitted">;
export type Refused = FrameNamed<"Refused">;

/** Wait before asking a full or a locked room again, in milliseconds: somebody's grace may be over by then. */
const FULL_WAIT_MS = 5_000;

type State =
  | { readonly at: "attached" | "lost" | "resuming" }
  | { readonly at: "rejoining"; readonly session: SessionKeys; readonly stopWait: Stop };

export class Attachment {
  readonly #relay: Relay;
  readonly #keys: Keyring;
  readonly #browser: Browser;
  /** The run of the relay that has the room. */
  readonly #instance: Uint8Array;
  /** The connection that the state below is about. */
  #hello: Hello | undefined;
  /** Runs a task in its turn, among the frames. */
  readonly #inTurn: (task: () => Promise<void>) => void;
  #state: State = { at: "attached" };

  /** Starts attached, on the connection of `hello`, which admitted this tab. */
  constructor(
    relay: Relay,
    keys: Keyring,
    browser: Browser,
    hello: Hello,
    inTurn: (task: () => Promise<void>) => void,
  ) {
    this.#relay = relay;
    this.#keys = keys;
    this.#browser = browser;
    this.#instance = hello.instance;
    this.#hello = hello;
    this.#inTurn = inTurn;
  }

  /** True if the room's frames come and go on the present connection. */
  get attached(): boolean {
    return this.#state.at === "attached" && this.#isPresent();
  }

  lost(): void {
    this.#become({ at: "lost" });
  }

  /** A new connection is up: resumes. `lastSeq` is the last frame seen, 0 if the group state is not alive. */
  async opened(hello: Hello, lastSeq: bigint): Promise<void> {
    if (hello !== this.#relay.present) return;
    this.#hello = hello;
    this.#become({ at: "resuming" });
    const { publicKey: sessionKey } = this.#keys.session;
    const signature = await this.#keys.session.signResume(hello.nonce);
    if (hello === this.#relay.present)
      this.#relay.send({ type: "Resume", sessionKey, signature, lastSeq });
  }

  resumed(): void {
    this.#become({ at: "attached" });
  }

  /** The relay took this tab in as a new session, whose keys are to be kept from now on. */
  admitted(): void {
    if (this.#state.at !== "rejoining") return;
    const { session } = this.#state;
    this.#become({ at: "attached" });
    this.#keys.renewSession(session);
    this.#browser.saveKept(session.kept);
  }

  /** The relay refused; what the tab's end is, if it is one. */
  async refused({ reason, retryAfterMs }: Refused): Promise<Ended | undefined> {
    if (!this.#isPresent()) return undefined;
    if (this.#state.at === "resuming") {
      await this.#rejoin();
      return undefined;
    }
    if (this.#state.at !== "rejoining") return undefined;
    switch (reason) {
      case "throttled":
        return this.#rejoinIn(retryAfterMs);
      case "room-full":
      case "relay-full":
      case "locked":
        return this.#rejoinIn(FULL_WAIT_MS);
      case "wrong-password":
        return "locked-out";
      default:
        return this.#isSameRelay() ? "gone" : "relay-stopped";
    }
  }

  wipe(): void {
    this.#become({ at: "lost" });
  }

  /** The session is gone; whoever holds the root may join as a new one. */
  async #rejoin(): Promise<void> {
    const hello = this.#hello;
    if (hello === undefined || !this.#isPresent()) return;
    const session = await SessionKeys.create();
    this.#become({ at: "rejoining", session, stopWait: () => {} });
    const { publicKey: sessionKey } = session;
    const { roomId, secrets } = this.#keys;
    const capsule = await this.#keys.sealCapsule(session);
    const signature = await secrets.signJoin(hello.nonce, sessionKey);
    if (hello !== this.#relay.present) return;
    this.#relay.send({ type: "Join", roomId, sessionKey, signature, capsule });
  }

  #rejoinIn(ms: number): undefined {
    if (this.#state.at !== "rejoining") return;
    const { session } = this.#state;
    const stopWait = this.#browser.clock.after(ms, () =>
      this.#inTurn(async () => {
        if (this.#state.at === "rejoining" && this.#state.session === session) await this.#rejoin();
      }),
    );
    this.#state = { at: "rejoining", session, stopWait };
  }

  /** Leaves the present state; a session that came to nothing is wiped. */
  #become(next: State): void {
    const before = this.#state;
    this.#state = next;
    if (before.at !== "rejoining") return;
    before.stopWait();
    if (next.at !== "attached") before.session.wipe();
  }

  /** True if the connection that the state is about still stands. */
  #isPresent(): boolean {
    return this.#hello !== undefined && this.#hello === this.#relay.present;
  }

  #isSameRelay(): boolean {
    const now = this.#relay.present?.instance;
    return now === undefined || now.every((byte, i) => byte === this.#instance[i]);
  }
}
