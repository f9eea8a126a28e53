/**
 * A relay that cannot be trusted: it stands before the real one, reads every frame that the relay sends, and changes,
 * drops or doubles what the test wants.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { decodeRelayFrame, encodeRelayFrame, type RelayFrame } from "../../../src/wire";

export class Meddler {
  readonly #server: WebSocketServer;
  #isDown = false;
  /** What becomes of a frame on its way to the tab. */
  alter: (frame: RelayFrame) => readonly RelayFrame[] = (frame) => [frame];

  private constructor(target: string) {
    this.#server = new WebSocketServer({ port: 0, host: "127.0.0.1", path: "/ws" });
    this.#server.on("connection", (tab) => this.#meddle(tab, target));
  }

  /** Starts in front of a relay's origin. */
  static async start(origin: string): Promise<Meddler> {
    const meddler = new Meddler(`${origin.replace("http", "ws")}/ws`);
    await once(meddler.#server, "listening");
    return meddler;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Sends frames of its own making to every tab. */
  send(...frames: readonly RelayFrame[]): void {
    for (const tab of this.#server.clients) {
      for (const frame of frames) tab.send(encodeRelayFrame(frame));
    }
  }

  /** Cuts every line; tabs come back by themselves. */
  cut(): void {
    for (const tab of this.#server.clients) tab.terminate();
  }

  /** Cuts every line, and every new one too. */
  down(): void {
    this.#isDown = true;
    this.cut();
  }

  up(): void {
    this.#isDown = false;
  }

  stop(): void {
    this.cut();
    this.#server.close();
  }

  #meddle(tab: WebSocket, target: string): void {
    if (this.#isDown) {
      tab.terminate();
      return;
    }
    const relay = new WebSocket(target);
    tab.on("message", (data) => relay.send(data));
    relay.on("message", (data: Buffer) => {
      for (const frame of this.alter(decodeRelayFrame(new Uint8Array(data))))
        tab.send(encodeRelayFrame(frame));
    });
    tab.on("close", () => relay.close());
    relay.on("close", () => tab.close());
    for (const socket of [tab, relay]) socket.on("error", () => undefined);
  }
}

/** The same bytes but for one bit in the middle. */
export function flipped(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice();
  const middle = copy.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 1;
  return copy;
}
