/**
 * What the tests of the connection stand on: a WebSocket server that behaves as each test wants, a
 * clock that moves when told, and a listener that remembers.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import type {
  ConnectionEnd,
  ConnectionListener,
  Environment,
  Hello,
  Stop,
} from "../src/connection";
import type { Wake } from "../src/connection/wakes";
import {
  type ClientFrame,
  decodeClientFrame,
  encodeRelayFrame,
  type RelayFrame,
} from "../src/wire";

export const HELLO: Hello = {
  type: "Hello",
  version: 1,
  nonce: new Uint8Array(32).fill(1),
  instance: new Uint8Array(16).fill(2),
  maxFrame: 1 << 20,
  maxLifetimeS: 3600,
  maxMembers: 100,
};

/** Things that come one after another, to be awaited one after another. */
class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  push(item: T): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#items.push(item);
    else waiting(item);
  }

  next(): Promise<T> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get size(): number {
    return this.#items.length;
  }
}

/** The server's end of one WebSocket. */
export class Peer {
  readonly #socket: WebSocket;
  readonly #frames = new Queue<ClientFrame>();
  /** The code the client closed with. */
  readonly closed: Promise<number>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#frames.push(decodeClientFrame(data)));
    this.closed = new Promise((resolve) => socket.on("close", resolve));
  }

  /** The next frame from the client. */
  frame(): Promise<ClientFrame> {
    return this.#frames.next();
  }

  send(...frames: RelayFrame[]): this {
    for (const frame of frames) this.#socket.send(encodeRelayFrame(frame));
    return this;
  }

  sendRaw(data: Uint8Array | string): void {
    this.#socket.send(data);
  }

  close(code: number): void {
    this.#socket.close(code);
  }

  /** Goes without a word, as a crashed machine does. */
  vanish(): void {
    this.#socket.terminate();
  }
}

/** A WebSocket server on the loopback. */
export class Server {
  readonly #server: WebSocketServer;
  readonly #peers = new Queue<Peer>();

  private constructor(server: WebSocketServer) {
    this.#server = server;
    server.on("connection", (socket) => this.#peers.push(new Peer(socket)));
  }

  static async start(port = 0): Promise<Server> {
    const server = new WebSocketServer({ host: "127.0.0.1", port, path: "/ws" });
    await once(server, "listening");
    return new Server(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The next connection; it has not said `Hello` yet. */
  peer(): Promise<Peer> {
    return this.#peers.next();
  }

  /** Ends all connections and stops listening. */
  async stop(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A page whose clock, visibility and network are the test's. */
export class TestPage implements Environment {
  readonly WebSocket = WebSocket as unknown as Environment["WebSocket"];
  isHidden = false;
  /** What `random` gives: just below 1, so that waits are as long as they get. */
  chance = 1 - Number.EPSILON;
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  readonly #wakes = new Set<(wake: Wake) => void>();

  after(ms: number, callback: () => void): Stop {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  hidden(): boolean {
    return this.isHidden;
  }

  onWake(callback: (wake: Wake) => void): Stop {
    this.#wakes.add(callback);
    return () => this.#wakes.delete(callback);
  }

  /** Lets time pass and calls what falls due, in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = due.at;
      due.callback();
    }
    this.#now = until;
  }

  /** Milliseconds until each timer that runs, ascending. */
  get timers(): number[] {
    return [...this.#timers].map(({ at }) => Math.round(at - this.#now)).sort((a, b) => a - b);
  }

  /** The network comes back, or the page is seen again; or it only gets the focus. */
  wake(wake: Wake = "changed"): void {
    for (const callback of this.#wakes) callback(wake);
  }

  /** True if nothing is left that would call back. */
  get quiet(): boolean {
    return this.#timers.size === 0 && this.#wakes.size === 0;
  }
}

/** One callback of a connection. */
export type Called =
  | { readonly on: "state"; readonly state: string }
  | { readonly on: "open"; readonly hello: Hello }
  | { readonly on: "frame"; readonly frame: RelayFrame }
  | { readonly on: "end"; readonly why: ConnectionEnd };

/** Remembers every callback in order. */
export class Recorder implements ConnectionListener {
  readonly #calls = new Queue<Called>();
  /** Runs within each callback, after it was remembered. */
  during: (called: Called) => void = () => {};

  onState(state: string): void {
    this.#call({ on: "state", state });
  }

  onOpen(hello: Hello): void {
    this.#call({ on: "open", hello });
  }

  onFrame(frame: RelayFrame): void {
    this.#call({ on: "frame", frame });
  }

  onEnd(why: ConnectionEnd): void {
    this.#call({ on: "end", why });
  }

  /** The next callback. */
  next(): Promise<Called> {
    return this.#calls.next();
  }

  /** How many callbacks were not asked for yet. */
  get left(): number {
    return this.#calls.size;
  }

  #call(called: Called): void {
    this.#calls.push(called);
    this.during(called);
  }
}

/** Accepts a connection, says `Hello`, and waits until the client has heard it. */
export async function welcome(server: Server, recorder: Recorder): Promise<Peer> {
  const peer = (await server.peer()).send(HELLO);
  await recorder.next();
  await recorder.next();
  return peer;
}
