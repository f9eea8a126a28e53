/**
 * The relay as a session talks to it: questions and answers before admission, then a stream of events.
 *
 * Invariants: every event is given out once and in order, to the question that waits for it or, from `take` on, to the
 * taker; nothing that comes between an answer and `take` is lost. A question on a lost connection fails at once, and its
 * answer can come from no other connection.
 */
import { type ReadonlySignal, signal } from "@preact/signals-core";
import {
  Connection,
  type ConnectionEnd,
  FrameTooLargeError,
  type Hello,
  type ConnectionState as LineState,
} from "../connection";
import { work } from "../e2ee";
import { type ClientFrame, MAX_WORK_BITS, type RelayFrame } from "../wire";
import type { Browser } from "./browser";

/** How long a person waits for a connection before being told that there is none, in milliseconds. */
const CONNECT_WITHIN_MS = 15_000;

/** What happens on the line to the relay. */
export type RelayEvent =
  | { readonly kind: "opened"; readonly hello: Hello }
  | { readonly kind: "frame"; readonly frame: RelayFrame }
  | { readonly kind: "lost" }
  /** For good; never after `close`. */
  | { readonly kind: "closed"; readonly why: ConnectionEnd };

/** A question could not be put, or its answer will not come. */
export class RelayUnreachable extends Error {
  override readonly name = "RelayUnreachable";

  constructor(
    /** Why the connection is over for good, if it is. */
    readonly why?: ConnectionEnd,
  ) {
    super("the relay cannot be reached: check the network and try again");
  }
}

/** The connection was lost before the answer came; it comes back by itself. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";

  constructor() {
    super("the connection was lost before the relay answered");
  }
}

type WorkDemanded = Extract<RelayFrame, { readonly type: "WorkDemanded" }>;

type Waiter<T> = {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
};

export class Relay {
  readonly #browser: Browser;
  readonly #connection: Connection;
  readonly #state = signal<LineState>("connecting");
  #hello: Hello | undefined;
  #end: ConnectionEnd | undefined;
  #helloWaiters = new Set<Waiter<Hello>>();
  #answerWaiter: Waiter<RelayFrame> | undefined;
  #early: RelayEvent[] = [];
  #taker: ((event: RelayEvent) => void) | undefined;
  /** The last `Create` or `Join` on the present connection, to be sent again behind the work that the relay demands. */
  #asked: ClientFrame | undefined;
  #working: AbortController | undefined;
  readonly #work = signal<number | undefined>(undefined);

  /** Starts connecting to the relay that served the page. */
  constructor(browser: Browser) {
    this.#browser = browser;
    const listener = {
      onState: (state: LineState) => this.#onState(state),
      onOpen: (hello: Hello) => this.#onOpen(hello),
      onFrame: (frame: RelayFrame) => this.#onFrame(frame),
      onEnd: (why: ConnectionEnd) => this.#onEnd(why),
    };
    this.#connection = new Connection(browser.origin, listener, browser.environment);
  }

  /** Where the connection stands. */
  get state(): ReadonlySignal<LineState> {
    return this.#state;
  }

  /**
   * The share that is done of the work that the relay, which is under load, demands before it looks at a `Create` or `Join`;
   * `undefined` while there is none. It is done here, and the question waits for its answer meanwhile.
   */
  get work(): ReadonlySignal<number | undefined> {
    return this.#work;
  }

  /** The present connection's Hello; `undefined` while there is none. Compare it to know that a nonce still counts. */
  get present(): Hello | undefined {
    return this.#hello;
  }

  /** Hands a frame to the present connection; false if there is none or the frame is too large for the relay. */
  send(frame: ClientFrame): boolean {
    if (this.#hello === undefined) return false;
    if (frame.type === "Create" || frame.type === "Join") this.#asked = frame;
    try {
      return this.#connection.send(frame);
    } catch (error) {
      if (error instanceof FrameTooLargeError) return false;
      throw error;
    }
  }

  /** The Hello of the present connection, or of the next one if it comes soon. Rejects `RelayUnreachable`. */
  hello(abort: AbortSignal): Promise<Hello> {
    if (this.#hello !== undefined) return Promise.resolve(this.#hello);
    if (this.#end !== undefined) return Promise.reject(new RelayUnreachable(this.#end));
    return settle<Hello>(abort, (waiter) => {
      this.#helloWaiters.add(waiter);
      const stop = this.#browser.clock.after(CONNECT_WITHIN_MS, () =>
        waiter.reject(new RelayUnreachable()),
      );
      return () => {
        stop();
        this.#helloWaiters.delete(waiter);
      };
    });
  }

  /** Asks on the connection of `hello`. Rejects `ConnectionLost` if that one is lost before the answer. */
  ask(hello: Hello, frame: ClientFrame, abort: AbortSignal): Promise<RelayFrame> {
    return settle<RelayFrame>(abort, (waiter) => {
      if (hello !== this.#hello || this.#taker !== undefined || !this.send(frame)) {
        waiter.reject(new ConnectionLost());
        return () => {};
      }
      this.#answerWaiter = waiter;
      return () => {
        if (this.#answerWaiter !== waiter) return;
        this.#answerWaiter = undefined;
        this.#stopWorking();
      };
    });
  }

  /** From now on every event goes to `taker`, first those that nobody waited for since the last answer. */
  take(taker: (event: RelayEvent) => void): void {
    this.#taker = taker;
    const early = this.#early;
    this.#early = [];
    for (const event of early) taker(event);
  }

  /** Ends the connection; what was sent before still goes out. No event follows, and questions fail. */
  close(): void {
    this.#connection.close();
    this.#taker = undefined;
    this.#early = [];
    this.#onEnd("ended");
  }

  #onState(state: LineState): void {
    this.#state.value = state;
    if (state === "connected") return;
    this.#hello = undefined;
    this.#stopWorking();
    this.#answerWaiter?.reject(new ConnectionLost());
    this.#emit({ kind: "lost" });
  }

  #onOpen(hello: Hello): void {
    this.#hello = hello;
    for (const waiter of this.#helloWaiters) waiter.resolve(hello);
    this.#emit({ kind: "opened", hello });
  }

  #onFrame(frame: RelayFrame): void {
    if (frame.type === "WorkDemanded") {
      this.#workFor(frame);
      return;
    }
    const waiter = this.#answerWaiter;
    if (waiter === undefined) {
      this.#emit({ kind: "frame", frame });
      return;
    }
    this.#answerWaiter = undefined;
    this.#asked = undefined;
    // Whatever came before the question has nothing to do with what follows its answer.
    this.#early = [];
    waiter.resolve(frame);
  }

  #workFor({ challenge, bits }: WorkDemanded): void {
    this.#working?.abort();
    // Nothing was asked that work could be demanded for, or it is no honest amount.
    if (this.#asked === undefined || bits > MAX_WORK_BITS) {
      this.#connection.close();
      this.#onEnd("ended");
      return;
    }
    const working = new AbortController();
    this.#working = working;
    this.#work.value = 0;
    const onProgress = (done: number): void => {
      if (!working.signal.aborted) this.#work.value = done;
    };
    work(challenge, bits, onProgress, working.signal).then(
      (solutions) => {
        const asked = this.#asked;
        if (working.signal.aborted || asked === undefined) return;
        this.#work.value = undefined;
        this.send({ type: "Work", solutions });
        this.send(asked);
      },
      (error: unknown) => {
        if (working.signal.aborted) return;
        this.#work.value = undefined;
        this.#answerWaiter?.reject(error);
      },
    );
  }

  #stopWorking(): void {
    this.#working?.abort();
    this.#working = undefined;
    this.#asked = undefined;
    this.#work.value = undefined;
  }

  #onEnd(why: ConnectionEnd): void {
    this.#state.value = "closed";
    this.#hello = undefined;
    this.#stopWorking();
    this.#end = why;
    this.#answerWaiter?.reject(new ConnectionLost());
    for (const waiter of this.#helloWaiters) waiter.reject(new RelayUnreachable(why));
    this.#emit({ kind: "closed", why });
  }

  #emit(event: RelayEvent): void {
    if (this.#taker === undefined) this.#early.push(event);
    else this.#taker(event);
  }
}

/** A promise that `start` settles through its waiter, or `abort` by its reason; then what `start` returned cleans up. */
function settle<T>(abort: AbortSignal, start: (waiter: Waiter<T>) => () => void): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    abort.throwIfAborted();
    let done = false;
    let cleanUp = () => {};
    const finish = (settlement: () => void) => {
      if (done) return;
      done = true;
      cleanUp();
      abort.removeEventListener("abort", cancel);
      settlement();
    };
    const cancel = () => finish(() => reject(abort.reason));
    abort.addEventListener("abort", cancel);
    cleanUp = start({
      resolve: (value) => finish(() => resolve(value)),
      reject: (error) => finish(() => reject(error)),
    });
    if (done) cleanUp();
  });
}
