/**
 * One WebSocket, from its opening to its end. A line never comes back; `Connection` opens another.
 *
 * Invariants: `onHello` comes first and once; then frames in order; `onDown` once, and nothing after
 * it. After `drop` nothing is called at all, not even `onDown`.
 */
import {
  type ClientFrame,
  CloseCode,
  decodeRelayFrame,
  encodeClientFrame,
  type RelayFrame,
  WireError,
} from "../wire";
import type { Environment, Stop } from "./environment";
import { Heartbeat, PROBE_DEADLINE_MS } from "./heartbeat";
import type { Hello } from "./listener";

/** From the first byte to `Hello`, in milliseconds. Long: a circuit through Tor takes its time. */
const HELLO_WITHIN_MS = 20_000;

/** Why a line went down. */
export type DownReason =
  /** The network, the relay's restart, a reader too slow: nobody's mistake. */
  | "lost"
  /** Nothing was created, joined or resumed for too long. */
  | "idle"
  /** One of the two sent what the other does not understand. */
  | "fault";

export interface LineEvents {
  onHello(hello: Hello): void;
  /** Neither `Hello` nor `Pong`. */
  onFrame(frame: RelayFrame): void;
  onDown(reason: DownReason): void;
}

/** A frame is larger than the relay takes. */
export class FrameTooLargeError extends Error {
  override readonly name = "FrameTooLargeError";

  constructor() {
    super("the frame is larger than the relay accepts: send less at once");
  }
}

export class Line {
  readonly #socket: WebSocket;
  readonly #environment: Environment;
  readonly #events: LineEvents;
  readonly #stopWaiting: Stop;
  #stopHurry: Stop | undefined;
  #heartbeat: Heartbeat | undefined;
  #maxFrame = 0;
  #done = false;

  /** Starts connecting to `url`. */
  constructor(url: string, environment: Environment, events: LineEvents) {
    this.#environment = environment;
    this.#events = events;
    this.#socket = new environment.WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => this.#receive(data);
    this.#socket.onclose = ({ code }) => this.#down(reasonOf(code));
    // What went wrong is told by the close that follows.
    this.#socket.onerror = () => {};
    this.#stopWaiting = environment.after(HELLO_WITHIN_MS, () => this.#down("lost"));
  }

  /** Hands a frame to the socket. False if the line is not up. */
  send(frame: ClientFrame): boolean {
    if (this.#heartbeat === undefined || this.#socket.readyState !== this.#socket.OPEN)
      return false;
    const bytes = encodeClientFrame(frame);
    if (bytes.length > this.#maxFrame) throw new FrameTooLargeError();
    this.#socket.send(bytes);
    return true;
  }

  /** Whether the relay was heard in the last few seconds, or is still awaited for the first time. */
  heardLately(): boolean {
    return this.#heartbeat?.heardLately() ?? true;
  }

  /** Is the relay still there? `onDown` if it does not answer, or say `Hello`, within `deadline`. */
  probe(deadline = PROBE_DEADLINE_MS): void {
    if (this.#heartbeat !== undefined) this.#heartbeat.probe(deadline);
    else if (!this.#done)
      this.#stopHurry ??= this.#environment.after(deadline, () => this.#down("lost"));
  }

  /** Ends the line. What was sent before still goes out. */
  drop(): void {
    if (this.#done) return;
    this.#done = true;
    this.#stopWaiting();
    this.#stopHurry?.();
    this.#heartbeat?.stop();
    this.#heartbeat = undefined;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(CloseCode.Ended);
  }

  #down(reason: DownReason): void {
    if (this.#done) return;
    this.drop();
    this.#events.onDown(reason);
  }

  #receive(data: unknown): void {
    this.#heartbeat?.heard();
    const frame = decode(data);
    if (frame === undefined) this.#down("fault");
    else if (this.#heartbeat === undefined) this.#greet(frame);
    else if (frame.type === "Hello") this.#down("fault");
    else if (frame.type !== "Pong") this.#events.onFrame(frame);
  }

  #greet(frame: RelayFrame): void {
    if (frame.type !== "Hello") {
      this.#down("fault");
      return;
    }
    this.#stopWaiting();
    this.#stopHurry?.();
    this.#maxFrame = frame.maxFrame;
    this.#heartbeat = new Heartbeat(
      this.#environment,
      (token) => this.send({ type: "Ping", token }),
      () => this.#down("lost"),
    );
    this.#events.onHello(frame);
  }
}

/** The frame in a message, or undefined if it holds none. */
function decode(data: unknown): RelayFrame | undefined {
  if (!(data instanceof ArrayBuffer)) return undefined;
  try {
    return decodeRelayFrame(new Uint8Array(data));
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function reasonOf(code: number): DownReason {
  switch (code) {
    case CloseCode.ProtocolError:
    case CloseCode.TextMessage:
    case CloseCode.InvalidText:
    case CloseCode.TooLarge:
    case CloseCode.Malformed:
    case CloseCode.Unexpected:
      return "fault";
    case CloseCode.Idle:
      return "idle";
    default:
      return "lost";
  }
}
