/** Somebody who makes rooms by the dozen and talks to the relay without any of our own connection code. */
import WebSocket from "ws";
import {
  type ClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  type RelayFrame,
} from "../../../src/wire";

/** Bytes that are other ones each time: keys that nobody has. */
const random = (length: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(length));

/** Makes rooms one after another until work is demanded for the next one; tells how many it made. */
export async function makeRoomsUntilWorkIsDemanded(origin: string): Promise<number> {
  for (let made = 0; made < 1000; made += 1) {
    const line = new Line(`${origin.replace("http", "ws")}/ws`);
    await line.next("Hello");
    line.send({ type: "Reserve" });
    const { roomId } = await line.next("Reserved");
    line.send({
      type: "Create",
      roomId,
      lifetimeS: 600,
      admissionKey: random(32),
      sessionKey: random(32),
      capsule: random(100),
      sealedName: random(284),
      groupState: random(100),
    });
    const answer = await line.next();
    line.close();
    if (answer.type === "WorkDemanded") return made;
  }
  throw new Error("the relay never demanded work");
}

class Line {
  readonly #socket: WebSocket;
  readonly #frames: RelayFrame[] = [];
  #wake = () => {};

  constructor(url: string) {
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onmessage = ({ data }) => {
      this.#frames.push(decodeRelayFrame(new Uint8Array(data as ArrayBuffer)));
      this.#wake();
    };
  }

  send(frame: ClientFrame): void {
    this.#socket.send(encodeClientFrame(frame));
  }

  close(): void {
    this.#socket.close();
  }

  next(): Promise<RelayFrame>;
  next<T extends RelayFrame["type"]>(type: T): Promise<Extract<RelayFrame, { type: T }>>;
  async next(type?: string): Promise<RelayFrame> {
    while (this.#frames.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frame = this.#frames.shift();
    if (frame === undefined || (type !== undefined && frame.type !== type)) {
      throw new Error(`expected ${type}, got ${frame?.type}`);
    }
    return frame;
  }
}
