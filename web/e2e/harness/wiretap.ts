/**
 * A TCP proxy between browsers and relay: a network that tests can listen to and cut. It keeps every byte both ways, and beside that the contents of the WebSocket
 * messages that clients send: on the wire those are masked (RFC 6455, section 5.3), so that a search in the raw bytes
 * alone would find nothing and prove nothing.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { connect as connectSecurely, createServer as createSecureServer } from "node:tls";
import type { Certificate } from "./certificate";

/** The content of a WebSocket message, unmasked, and who sent it. */
export interface Message {
  readonly from: "client" | "relay";
  readonly content: Buffer;
}

/** A running wiretap. */
export class Wiretap {
  readonly #pieces: Buffer[] = [];
  readonly #messages: Message[] = [];
  readonly #sockets = new Set<Socket>();
  #isCut = false;

  /** Where to pass everything; set it before the first connection. */
  relayPort = 0;

  private constructor(
    readonly server: Server,
    readonly port: number,
    readonly certificate: Certificate | undefined,
  ) {}

  /**
   * Listens on a free port, so that the relay can be told this address as its own before it starts. With a certificate
   * it speaks TLS both ways, and reads what passes between.
   */
  static async start(certificate?: Certificate): Promise<Wiretap> {
    const server = certificate === undefined ? createServer() : createSecureServer(certificate);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const tap = new Wiretap(server, (server.address() as AddressInfo).port, certificate);
    server.on(certificate === undefined ? "connection" : "secureConnection", (client: Socket) => {
      if (tap.#isCut) client.destroy();
      else tap.#pass(client, tap.#reach());
    });
    return tap;
  }

  get origin(): string {
    return `${this.certificate === undefined ? "http" : "https"}://127.0.0.1:${this.port}`;
  }

  #reach(): Socket {
    const address = { port: this.relayPort, host: "127.0.0.1" };
    if (this.certificate === undefined) return connect(address);
    return connectSecurely({ ...address, ca: this.certificate.cert });
  }

  /** Everything captured so far, frames from clients unmasked. */
  captured(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  /** The contents of all WebSocket messages so far, both ways. */
  messages(): readonly Message[] {
    return this.#messages;
  }

  /** Tears all connections down, and until `mend` every new one too. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isCut = false;
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  #pass(client: Socket, relay: Socket): void {
    const listeners = {
      client: contents((content) => {
        this.#pieces.push(content);
        this.#messages.push({ from: "client", content });
      }),
      relay: contents((content) => this.#messages.push({ from: "relay", content })),
    };
    for (const [from, to] of [
      [client, relay],
      [relay, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (bytes) => {
        this.#pieces.push(bytes);
        listeners[from === client ? "client" : "relay"](bytes);
        to.write(bytes);
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => this.#sockets.delete(from));
    }
  }
}

/** Takes the bytes of one side one after another and gives out the contents of its WebSocket frames, unmasked. */
function contents(give: (content: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let upgraded = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    if (!upgraded) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return;
      upgraded = /^upgrade: *websocket/im.test(rest.subarray(0, end).toString("latin1"));
      rest = upgraded ? rest.subarray(end + 4) : Buffer.alloc(0);
    }
    for (let frame = takeFrame(rest); upgraded && frame !== undefined; frame = takeFrame(rest)) {
      give(frame.content);
      rest = rest.subarray(frame.size);
    }
  };
}

/** The first frame of the bytes, if it is there whole. Clients mask theirs. */
function takeFrame(bytes: Buffer): { content: Buffer; size: number } | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes.readUInt8(1);
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskBytes = second & 0x80 ? 4 : 0;
  const start = 2 + lengthBytes + maskBytes;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0
      ? short
      : lengthBytes === 2
        ? bytes.readUInt16BE(2)
        : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const content = Buffer.from(bytes.subarray(start, start + length));
  if (maskBytes > 0) {
    const mask = bytes.subarray(start - 4, start);
    for (let i = 0; i < content.length; i++)
      content.writeUInt8(content.readUInt8(i) ^ mask.readUInt8(i % 4), i);
  }
  return { content, size: start + length };
}
