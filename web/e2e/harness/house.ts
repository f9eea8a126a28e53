/**
 * What a test file needs to play a scene: a relay, a browser, people; everything put away afterwards.
 */
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchChromium, openTab, type TabOptions, Watch } from "./browser";
import type { Certificate } from "./certificate";
import { Person } from "./person";
import { Relay, type RelayOptions } from "./relay";
import { Wiretap } from "./wiretap";

/** As many as said, so that they can be taken apart by name. */
type Tuple<T, N extends number, Taken extends T[] = []> = Taken["length"] extends N
  ? Taken
  : Tuple<T, N, [...Taken, T]>;

export interface HouseOptions extends RelayOptions {
  /** People reach the relay through a wiretap. */
  readonly wiretapped?: boolean;
  /** TLS all the way, by this certificate, which Chromium is told not to look at. */
  readonly certificate?: Certificate;
}

export class House {
  watch = new Watch();
  #relay: Relay | undefined;
  #tap: Wiretap | undefined;
  #browser: Browser | undefined;

  constructor(readonly options: HouseOptions) {}

  get relay(): Relay {
    if (this.#relay === undefined) throw new Error("the house is not open yet");
    return this.#relay;
  }

  /** Where people find the product. */
  get origin(): string {
    return this.#tap?.origin ?? this.relay.origin;
  }

  get tap(): Wiretap {
    if (this.#tap === undefined) throw new Error("this house has no wiretap");
    return this.#tap;
  }

  get browser(): Browser {
    if (this.#browser === undefined) throw new Error("the house is not open yet");
    return this.#browser;
  }

  /** A person with a browser profile and a tab of their own. */
  async person(options: TabOptions = {}): Promise<Person> {
    return new Person(await openTab(this.browser, this.watch, options));
  }

  async people<const N extends number>(count: N): Promise<Tuple<Person, N>> {
    const people = await Promise.all(Array.from({ length: count }, () => this.person()));
    return people as unknown as Tuple<Person, N>;
  }

  /** Starts the relay again at the same address, after it was stopped. */
  async restart(): Promise<void> {
    this.#relay = await Relay.start({ ...this.options, port: this.relay.port });
  }

  async open(): Promise<void> {
    const { wiretapped = false, certificate } = this.options;
    const args = [...(this.options.args ?? []), ...(certificate?.args ?? [])];
    if (wiretapped) this.#tap = await Wiretap.start(certificate);
    const publicUrl = this.#tap === undefined ? [] : ["--public-url", this.#tap.origin];
    this.#relay = await Relay.start({ ...this.options, args: [...args, ...publicUrl] });
    if (this.#tap !== undefined) this.#tap.relayPort = this.#relay.port;
    this.#browser = await launchChromium(
      certificate === undefined ? [] : ["--ignore-certificate-errors"],
    );
  }

  async sendEveryoneHome(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
    const { faults } = this.watch;
    this.watch = new Watch();
    expect(faults, "console errors, exceptions and policy violations").toEqual([]);
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    await this.#tap?.stop();
    await this.#relay?.stop();
  }
}

/** A house for the tests of one file. */
export function openHouse(options: HouseOptions = {}): House {
  const house = new House(options);
  beforeAll(() => house.open());
  afterEach(() => house.sendEveryoneHome());
  afterAll(() => house.close());
  return house;
}
