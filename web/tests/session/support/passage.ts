/** One connection through a faulty network: the member's end, the relay's end, and what becomes of the bytes between. */
import { connect, type Socket } from "node:net";
import type { Death } from "./faulty-network";

/** One direction. Pieces arrive in the order in which they were sent, each a little late. */
class Lane {
  readonly #to: Socket;
  readonly #delay: () => number;
  readonly #queue: { readonly piece: Buffer; readonly at: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #latest = 0;
  /** Called in place of passing on the next piece. */
  tear: ((piece: Buffer) => void) | undefined;
  isOpen = true;

  constructor(to: Socket, delay: () => number) {
    this.#to = to;
    this.#delay = delay;
  }

  pass(piece: Buffer): void {
    this.#latest = Math.max(this.#latest, performance.now() + this.#delay());
    this.#queue.push({ piece, at: this.#latest });
    if (this.#timer === undefined) this.#flush();
  }

  #flush(): void {
    this.#timer = undefined;
    for (;;) {
      const [next] = this.#queue;
      if (next === undefined) return;
      const wait = next.at - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.#flush(), wait);
        return;
      }
      this.#queue.shift();
      if (!this.isOpen) continue;
      if (this.tear === undefined) this.#to.write(next.piece);
      else this.tear(next.piece);
    }
  }
}

export class Passage {
  /** Called once nothing is left of it, but perhaps an end that the relay was not told of. */
  onOver: () => void = () => {};
  /** It is dying already. */
  isDoomed = false;
  readonly #member: Socket;
  readonly #relay: Socket;
  readonly #twin: Socket | undefined;
  readonly #up: Lane;
  readonly #down: Lane;
  #isHalfOpen = false;

  /** Carries between `member` and the relay at port `target`; with a twin, what the member sends reaches the relay twice. */
  constructor(member: Socket, target: number, delay: () => number, isTwin: boolean) {
    this.#member = member;
    this.#relay = open(target);
    this.#twin = isTwin ? open(target) : undefined;
    // Nobody hears what the relay answers to the twin.
    this.#twin?.resume();
    this.#up = new Lane(this.#relay, delay);
    this.#down = new Lane(this.#member, delay);
    member.setNoDelay(true);
    member.on("data", (piece) => {
      this.#up.pass(piece);
      this.#twin?.write(piece);
    });
    this.#relay.on("data", (piece) => this.#down.pass(piece));
    member.on("close", () => {
      if (!this.#isHalfOpen) this.#relay.destroy();
      this.#twin?.destroy();
      this.onOver();
    });
    this.#relay.on("close", () => this.#member.destroy());
  }

  cut(): void {
    this.isDoomed = true;
    this.#isHalfOpen = false;
    this.#member.destroy();
    this.#relay.destroy();
  }

  swallow(): void {
    this.isDoomed = true;
    this.#up.isOpen = false;
    this.#down.isOpen = false;
  }

  /** Dies that way; `ms` is how long a black hole lasts. */
  die(death: Death, ms: number): void {
    this.isDoomed = true;
    switch (death) {
      case "cut":
        this.cut();
        return;
      case "torn-up":
        this.#tear(this.#up, this.#relay);
        return;
      case "torn-down":
        this.#tear(this.#down, this.#member);
        return;
      case "half-open":
        this.#forsakeRelay();
        return;
      case "blackhole":
        this.swallow();
        setTimeout(() => this.#forsakeRelay(), ms);
    }
  }

  /** The first half of the next piece arrives, and then the end. */
  #tear(lane: Lane, to: Socket): void {
    lane.tear = (piece) => {
      lane.isOpen = false;
      to.end(piece.subarray(0, piece.length >> 1), () => this.cut());
    };
  }

  #forsakeRelay(): void {
    this.swallow();
    this.#isHalfOpen = true;
    this.#member.destroy();
  }
}

function open(port: number): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  socket.on("error", () => undefined);
  return socket;
}
