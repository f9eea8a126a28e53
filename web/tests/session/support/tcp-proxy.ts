/** A network between tabs and relay that the test can cut: plain TCP, forwarded byte by byte. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #isDown = false;
  #bytesUp = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = createServer((client) => this.#forward(client));
  }

  /** Starts in front of a relay's port. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection; new ones work. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts every connection, and every new one too. */
  down(): void {
    this.#isDown = true;
    this.cut();
  }

  up(): void {
    this.#isDown = false;
  }

  /** Swallows everything on the connections that stand, without a word to either end; new ones work. */
  swallow(): void {
    for (const socket of this.#sockets) {
      socket.removeAllListeners("data");
      socket.resume();
    }
  }

  /** Makes everything take `ms` milliseconds each way. */
  slowDown(ms: number): void {
    this.#delayMs = ms;
  }

  /** Swallows what the relay sends from now on, and cuts after `bytes` more have gone up to it. */
  cutAfterSending(bytes: number): Promise<void> {
    const limit = this.#bytesUp + bytes;
    return new Promise((resolve) => {
      this.#onUp = () => {
        if (this.#bytesUp < limit) return;
        this.#onUp = undefined;
        // What went up is to reach the relay; the answer is lost.
        setImmediate(() => {
          this.cut();
          resolve();
        });
      };
      this.#isDeaf = true;
    });
  }

  async stop(): Promise<void> {
    this.down();
    this.#server.close();
    await once(this.#server, "close");
  }

  #onUp: (() => void) | undefined;
  #isDeaf = false;
  #delayMs = 0;

  #forward(client: Socket): void {
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const relay = connect(this.#target, "127.0.0.1");
    this.#isDeaf = false;
    for (const socket of [client, relay]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        client.destroy();
        relay.destroy();
      });
    }
    client.on("data", (data) => {
      this.#pass(data, relay);
      this.#bytesUp += data.length;
      this.#onUp?.();
    });
    relay.on("data", (data) => {
      if (!this.#isDeaf) this.#pass(data, client);
    });
  }

  #pass(data: Buffer, to: Socket): void {
    if (this.#delayMs === 0) to.write(data);
    else setTimeout(() => to.write(data), this.#delayMs);
  }
}
