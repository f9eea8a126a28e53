/**
 * A connection to the relay that comes back by itself.
 *
 * Safety: at most one line is alive; a frame is sent on the newest line or not at all; nothing is
 * queued here, so that what is sent again after a loss is the session's decision alone.
 * Liveness: until `close` or an end for good, a line is up, or being opened, or a wait of at most
 * 8 seconds runs (or, in a hidden page that the relay found idle, until the page is seen again).
 */
import { type ClientFrame, type RelayFrame, VERSION } from "../wire";
import { Backoff } from "./backoff";
import { type Environment, pageEnvironment, type Stop } from "./environment";
import { type DownReason, FrameTooLargeError, Line } from "./line";
import type { ConnectionEnd, ConnectionListener, ConnectionState, Hello } from "./listener";
import type { Wake } from "./wakes";

export { FrameTooLargeError };

/** A line that holds so many milliseconds is a good one: waits start short again, faults are forgiven. */
const STABLE_MS = 10_000;
/** So many faults with no good line in between end the connection: trying on would never help. */
const MAX_FAULTS = 3;

/** A relay that does not answer so many milliseconds after the device lost its network is not there. */
const OFFLINE_DEADLINE_MS = 2_000;

const nothing: Stop = () => {};

export class Connection {
  readonly #url: string;
  readonly #listener: ConnectionListener;
  readonly #environment: Environment;
  readonly #backoff: Backoff;
  readonly #stopWakes: Stop;
  #state: ConnectionState = "connecting";
  #line: Line | undefined;
  #faults = 0;
  /** The next attempt has its time. */
  #isWaiting = false;
  /** Calls off the wait for the next attempt, or for the line to count as good. */
  #stopTimer: Stop = nothing;

  /**
   * Starts connecting. `origin` is scheme, host and port of the relay, as in a link. The environment
   * is the page's, but for tests.
   */
  constructor(
    origin: string,
    listener: ConnectionListener,
    environment: Environment = pageEnvironment(),
  ) {
    this.#url = socketUrl(origin);
    this.#listener = listener;
    this.#environment = environment;
    this.#backoff = new Backoff(() => environment.random());
    this.#stopWakes = environment.onWake((wake) => this.#wake(wake));
    this.#open();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /**
   * Hands a frame to the socket. False if there is no connection now: the frame is dropped, and
   * `onOpen` will come. True promises nothing; the relay's answers do.
   *
   * Throws `FrameTooLargeError` for what the relay would not take, and `WireError` for values that
   * do not fit their fields.
   */
  send(frame: ClientFrame): boolean {
    return this.#line?.send(frame) ?? false;
  }

  /**
   * Gives up the present line, if any, and opens another at once: for when the relay's answers make
   * no sense. Tells the listener before it returns.
   */
  reconnect(): void {
    if (this.#state === "closed") return;
    this.#line?.drop();
    this.#stopTimer();
    this.#open();
    this.#setState("reconnecting");
  }

  /** Ends the connection for good. What was sent before still goes out. No callback follows. */
  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#stopWakes();
    this.#stopTimer();
    this.#line?.drop();
    this.#line = undefined;
  }

  #open(): void {
    this.#isWaiting = false;
    this.#line = new Line(this.#url, this.#environment, {
      onHello: (hello) => this.#onHello(hello),
      onFrame: (frame) => this.#onFrame(frame),
      onDown: (reason) => this.#onDown(reason),
    });
  }

  #onHello(hello: Hello): void {
    if (hello.version !== VERSION) {
      this.#end("unsupported-version");
      return;
    }
    this.#stopTimer = this.#environment.after(STABLE_MS, () => {
      this.#backoff.reset();
      this.#faults = 0;
    });
    this.#setState("connected");
    // The listener may have closed or reconnected in the meantime.
    if (this.#state === "connected") this.#listener.onOpen(hello);
  }

  #onFrame(frame: RelayFrame): void {
    this.#listener.onFrame(frame);
    if (frame.type === "Ended" && !this.#closed()) this.#end("ended");
  }

  #onDown(reason: DownReason): void {
    this.#line = undefined;
    this.#stopTimer();
    this.#stopTimer = nothing;
    if (reason === "fault") this.#faults += 1;
    if (this.#faults >= MAX_FAULTS) {
      this.#end("protocol-error");
      return;
    }
    // An idle page that nobody looks at waits to be seen, and leaves the relay alone until then.
    this.#isWaiting = reason !== "idle" || !this.#environment.hidden();
    if (this.#isWaiting) {
      this.#stopTimer = this.#environment.after(this.#backoff.next(), () => this.#open());
    }
    this.#setState("reconnecting");
  }

  #wake(wake: Wake): void {
    if (wake === "offline") {
      this.#line?.probe(OFFLINE_DEADLINE_MS);
      return;
    }
    // Whatever made the last attempts fail may be over.
    if (wake === "changed") this.#backoff.reset();
    if (this.#line !== undefined) {
      if (wake === "changed" || !this.#line.heardLately()) this.#line.probe();
      return;
    }
    // A wait that runs is kept, lest a page that is clicked into now and then knows no backoff.
    if (wake === "noticed" && this.#isWaiting) return;
    this.#stopTimer();
    this.#open();
  }

  #end(why: ConnectionEnd): void {
    this.close();
    this.#listener.onEnd(why);
  }

  #setState(state: Exclude<ConnectionState, "closed">): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#listener.onState(state);
  }

  /** Asked after a callback, which may have closed the connection. */
  #closed(): boolean {
    return this.#state === "closed";
  }
}

/** The relay's WebSocket at an origin of a link. */
function socketUrl(origin: string): string {
  const url = new URL("/ws", origin);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new TypeError("the relay's origin must start with https or http");
  }
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
