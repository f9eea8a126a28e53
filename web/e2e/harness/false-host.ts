/**
 * A host that cannot be trusted: it serves the real page, stands before the real relay, reads every frame that the relay
 * sends to a browser, and changes, drops, adds or holds back what the test wants.
 */
import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { decodeRelayFrame, encodeRelayFrame, type RelayFrame } from "../../src/wire";

export class FalseHost {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  /** What becomes of a frame on its way to the browser. */
  alter: (frame: RelayFrame) => readonly RelayFrame[] = (frame) => [frame];

  private constructor(readonly relayPort: number) {
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
    this.#sockets = new WebSocketServer({ server: this.#server, path: "/ws" });
    this.#sockets.on("connection", (browser) => this.#meddle(browser));
  }

  /** Starts before the relay at this port. */
  static async start(relayPort: number): Promise<FalseHost> {
    const host = new FalseHost(relayPort);
    host.#server.listen(0, "127.0.0.1");
    await once(host.#server, "listening");
    return host;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The same link by way of this host. */
  linkFor(link: string): string {
    return link.replace(/^https?:\/\/[^/]+/, this.origin);
  }

  /** Sends frames of its own making to every browser. */
  send(...frames: readonly RelayFrame[]): void {
    for (const browser of this.#sockets.clients) {
      for (const frame of frames) browser.send(encodeRelayFrame(frame));
    }
  }

  stop(): void {
    for (const browser of this.#sockets.clients) browser.terminate();
    this.#sockets.close();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url: path, headers } = asked;
    const onward = request(
      { host: "127.0.0.1", port: this.relayPort, method, path, headers },
      (reply) => {
        answer.writeHead(reply.statusCode ?? 500, reply.rawHeaders);
        reply.pipe(answer);
      },
    );
    onward.on("error", () => answer.destroy());
    onward.end();
  }

  #meddle(browser: WebSocket): void {
    const relay = new WebSocket(`ws://127.0.0.1:${this.relayPort}/ws`);
    const early: Buffer[] = [];
    browser.on("message", (data: Buffer) => {
      if (relay.readyState === WebSocket.OPEN) relay.send(data);
      else early.push(data);
    });
    relay.on("open", () => {
      for (const data of early) relay.send(data);
    });
    relay.on("message", (data: Buffer) => {
      for (const frame of this.alter(decodeRelayFrame(new Uint8Array(data))))
        browser.send(encodeRelayFrame(frame));
    });
    browser.on("close", () => relay.close());
    relay.on("close", (code) => browser.close(code >= 4000 ? code : 1000));
    for (const socket of [browser, relay]) socket.on("error", () => undefined);
  }
}
