/**
 * One member's network, as bad as networks get: plain TCP with delays that vary, connections that die in several ways,
 * some of which neither end is told of, and connections that reach the relay twice.
 *
 * Invariant: like TCP, it never changes, swaps or skips bytes of a connection that goes on; what it swallows was the
 * last of its connection in that direction. What happens when follows from the random numbers it is given.
 */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { Passage } from "./passage";
import type { Random } from "./random";

/** How a connection dies. */
export const DEATHS = [
  /** Both ends are told at once. */
  "cut",
  /** In the middle of what the member sends, or of what the relay sends. */
  "torn-up",
  "torn-down",
  /** The member is told and the relay is not: the old connection stays while a new one resumes. */
  "half-open",
  /** What both send is swallowed, and nobody is told for a while. */
  "blackhole",
] as const;
export type Death = (typeof DEATHS)[number];

/** How bad it is. */
export interface Weather {
  /** Each piece takes up to so many milliseconds, each way. */
  readonly delayMs: number;
  /** So many of a thousand connections die per second. */
  readonly deaths: number;
  /** Some connections reach the relay twice, byte for byte. */
  readonly twins: boolean;
}

export const CALM: Weather = { delayMs: 0, deaths: 0, twins: false };

/** What networks take in turns, so that a storm over many of them brings every kind of weather. */
export class Turns {
  #deaths = 0;
  #connections = 0;

  death(): Death {
    this.#deaths += 1;
    return DEATHS[this.#deaths % DEATHS.length] ?? "cut";
  }

  /** Every fourth connection in a storm is a twin. */
  isTwin(): boolean {
    this.#connections += 1;
    return this.#connections % 4 === 0;
  }
}

/** How often it is decided who dies, in milliseconds. */
const TICK_MS = 100;
const LONGEST_BLACKHOLE_MS = 2_500;

export class FaultyNetwork {
  /** How often what happened. */
  readonly count: Record<Death | "twin", number> = {
    cut: 0,
    "torn-up": 0,
    "torn-down": 0,
    "half-open": 0,
    blackhole: 0,
    twin: 0,
  };
  weather: Weather = CALM;
  readonly #server: Server;
  readonly #random: Random;
  readonly #turns: Turns;
  readonly #passages = new Set<Passage>();
  readonly #ticks: NodeJS.Timeout;
  #isDown = false;

  private constructor(target: number, random: Random, turns: Turns) {
    this.#random = random;
    this.#turns = turns;
    this.#server = createServer((member) => {
      member.on("error", () => undefined);
      if (this.#isDown) {
        member.destroy();
        return;
      }
      const isTwin = this.weather.twins && turns.isTwin();
      if (isTwin) this.count.twin += 1;
      const delay = () => random(this.weather.delayMs + 1);
      const passage = new Passage(member, target, delay, isTwin);
      this.#passages.add(passage);
      passage.onOver = () => this.#passages.delete(passage);
    });
    this.#ticks = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Starts in front of a relay's port. */
  static async start(target: number, random: Random, turns: Turns): Promise<FaultyNetwork> {
    const network = new FaultyNetwork(target, random, turns);
    network.#server.listen(0, "127.0.0.1");
    await once(network.#server, "listening");
    return network;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts every connection, and every new one too. */
  down(): void {
    this.#isDown = true;
    for (const passage of this.#passages) passage.cut();
  }

  up(): void {
    this.#isDown = false;
  }

  /** Swallows everything from now on on the connections that stand, without a word to either end. */
  swallow(): void {
    for (const passage of this.#passages) passage.swallow();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticks);
    this.down();
    this.#server.close();
    await once(this.#server, "close");
  }

  #tick(): void {
    for (const passage of this.#passages) {
      // 100 ms are a tenth of a second, and the odds are out of a thousand.
      if (passage.isDoomed || this.#random(10_000) >= this.weather.deaths) continue;
      const death = this.#turns.death();
      this.count[death] += 1;
      passage.die(death, this.#random(LONGEST_BLACKHOLE_MS));
    }
  }
}
