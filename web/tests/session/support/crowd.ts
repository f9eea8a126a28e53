/**
 * Members of one room, of both implementations: tabs of the web client's session in Node, and members of the terminal
 * crate in a process of their own. Each has a network of their own, and a screen that is watched from the start.
 */
import { effect } from "@preact/signals-core";
import { RustMembers } from "../../../e2e/harness/rust-member";
import type { Delivery } from "../../../src/session/types";
import { FaultyNetwork, Turns } from "./faulty-network";
import { random } from "./random";
import { create, join, linkOf, PASSWORD, roomOf } from "./scenes";
import { bodyOf, lineOf, Screen } from "./screens";
import type { Tab } from "./tab";

/** Somebody in the room. */
export interface Member {
  readonly name: string;
  readonly kind: "web" | "terminal";
  readonly network: FaultyNetwork;
  readonly screen: Screen;
  /** How many messages they have said. */
  said: number;
  /** How far each of them came by the marks on their own page, by number; empty for a terminal. */
  readonly marks: Map<number, Delivery>;
  /** How many people they see. */
  seen(): Promise<number>;
  speak(body: string): void;
}

type Ways = [Member["seen"], Member["speak"]];

export class Crowd {
  readonly members: Member[] = [];
  readonly #relayPort: number;
  readonly #seed: number;
  readonly #turns = new Turns();
  readonly #rust = new RustMembers();
  readonly #tabs: Tab[] = [];
  readonly #screens = new Map<string, Screen>();
  readonly #marks = new Map<string, Map<number, Delivery>>();
  #link = "";
  #changed: () => void = () => {};

  constructor(relayPort: number, seed: number) {
    this.#relayPort = relayPort;
    this.#seed = seed;
    this.#rust.onEvent = ({ m, event, body, why }) => {
      const screen = this.#screens.get(m);
      if (event === "text") screen?.show(lineOf(body ?? ""));
      else if (event === "gap") screen?.show("gap");
      else if (event === "damaged" || event === "unreadable") screen?.troubles.push(event);
      else if (event === "ended") screen?.troubles.push(`ended: ${why}`);
      this.#changed();
    };
  }

  /** The invitation of the room, which the first member made. */
  get link(): string {
    return this.#link;
  }

  /** Creates the room, or joins it. */
  async add(name: string, kind: Member["kind"]): Promise<Member> {
    const seed = this.#seed * 1_000 + this.members.length;
    const network = await FaultyNetwork.start(this.#relayPort, random(seed), this.#turns);
    const screen = new Screen(name);
    const marks = new Map<number, Delivery>();
    this.#screens.set(name, screen);
    this.#marks.set(name, marks);
    const [seen, speak] =
      kind === "web"
        ? await this.#enterByTab(name, network, screen)
        : await this.#enterByTerminal(name, network);
    const member = { name, kind, network, screen, said: 0, marks, seen, speak };
    this.members.push(member);
    return member;
  }

  /** They say their next message, of about `size` characters. */
  say(member: Member, size = 0): void {
    member.said += 1;
    member.speak(bodyOf(member.name, member.said, size));
  }

  /**
   * True once every screen shows the last message of everybody else and no own message waits, false if that is not so
   * after `withinMs` milliseconds. `isVain` says that there is nothing to wait for any more.
   */
  heardAll(withinMs: number, isVain = () => false): Promise<boolean> {
    return this.#none(() => this.#missing(), withinMs, isVain);
  }

  /**
   * True once all that tabs said, as far as their pages still show it, is everyone's by the marks on it; false if that is
   * not so after `withinMs` milliseconds.
   */
  markedAll(withinMs: number): Promise<boolean> {
    return this.#none(() => this.#unmarked(), withinMs);
  }

  async #none(left: () => string[], withinMs: number, isVain = () => false): Promise<boolean> {
    const end = performance.now() + withinMs;
    while (left().length > 0) {
      const rest = end - performance.now();
      if (rest <= 0 || isVain()) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, rest);
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return true;
  }

  /** Who has not heard whom yet, and where everybody stands: for a failure to tell. */
  account(): string {
    const standings = this.#tabs.map(({ app }) => {
      const room = app.room.value;
      const sending = room?.entries.value.filter(
        (entry) => entry.kind === "message" && entry.delivery === "sending",
      ).length;
      const { at } = app.phase.value;
      return `${room?.self.value.alias} ${at} ${room?.connection.value}, sending ${sending}`;
    });
    const troubles = this.members.flatMap(({ screen: { owner, lines, troubles } }) => [
      ...(lines.includes("gap") ? [`${owner} was told of a gap`] : []),
      ...troubles.map((trouble) => `${owner}: ${trouble}`),
    ]);
    return [...this.#missing(), ...this.#unmarked(), ...standings, ...troubles].join("\n");
  }

  #unmarked(): string[] {
    return this.#tabs.flatMap(({ app }) =>
      (app.room.value?.entries.value ?? []).flatMap((entry) => {
        const isOpen = entry.kind === "message" && entry.from.self && entry.delivery !== "everyone";
        if (!isOpen) return [];
        const { from, n } = lineOf(entry.body) as { readonly from: string; readonly n: number };
        return [`${from} ${n} is ${entry.delivery}`];
      }),
    );
  }

  #missing(): string[] {
    return this.members.flatMap(({ screen, marks }) => [
      ...this.members
        .filter(({ name, said }) => said > 0 && name !== screen.owner)
        .filter(({ name, said }) => screen.newest.get(name) !== said)
        .map(({ name, said }) => `${screen.owner} waits for ${name} ${said}`),
      ...[...marks]
        .filter(([, mark]) => mark === "sending")
        .map(([n]) => `${screen.owner} has not sent ${n}`),
    ]);
  }

  /** Settles once everybody sees so many people. */
  async gathered(size: number): Promise<void> {
    for (const member of this.members) {
      while ((await member.seen()) !== size) await new Promise((done) => setTimeout(done, 50));
    }
  }

  /** What everybody else has said, for a screen. */
  saidTo(screen: Screen): Map<string, number> {
    const others = this.members.filter(({ name, said }) => said > 0 && name !== screen.owner);
    return new Map(others.map(({ name, said }) => [name, said]));
  }

  async close(): Promise<void> {
    this.#changed();
    this.#rust.close();
    for (const tab of this.#tabs) tab.close();
    for (const { network } of this.members) await network.stop();
  }

  async #enterByTab(name: string, { origin }: FaultyNetwork, screen: Screen): Promise<Ways> {
    const tab =
      this.#link === "" ? await create(origin, name) : await join(origin, this.#link, name);
    this.#tabs.push(tab);
    await tab.inside();
    if (this.#link === "") this.#link = linkOf(tab);
    this.#watch(tab, screen);
    return [async () => roomOf(tab).people.value.length, (body) => roomOf(tab).send(body)];
  }

  async #enterByTerminal(name: string, network: FaultyNetwork): Promise<Ways> {
    const link = new URL(this.#link);
    await this.#rust.join(name, {
      link: `${network.origin}${link.pathname}${link.hash}`,
      password: PASSWORD,
    });
    return [
      async () => (await this.#rust.state(name)).roster.length,
      (body) => void this.#rust.say(name, body).catch(() => undefined),
    ];
  }

  /** Writes down each line of a tab as it appears; the page itself drops the oldest in time. */
  #watch(tab: Tab, screen: Screen): void {
    let newest = "";
    const known = new WeakSet<object>();
    effect(() => {
      const entries = tab.app.room.value?.entries.value ?? [];
      const fresh = [];
      for (const entry of entries.toReversed()) {
        if (entry.key === newest) break;
        fresh.push(entry);
      }
      newest = fresh[0]?.key ?? newest;
      // Each is the same object until something of it changes, so that few are looked at.
      for (const entry of entries) {
        if (entry.kind !== "message" || entry.delivery === undefined || known.has(entry)) continue;
        known.add(entry);
        const { n } = lineOf(entry.body) as { readonly n: number };
        this.#marks.get(screen.owner)?.set(n, entry.delivery);
      }
      for (const entry of fresh.reverse()) {
        if (entry.kind === "message" && !entry.from.self) screen.show(lineOf(entry.body));
        else if (entry.kind === "gap") screen.show("gap");
        else if (entry.kind === "damaged" || entry.kind === "unreadable")
          screen.troubles.push(entry.kind);
      }
      const phase = tab.app.phase.value;
      if (phase.at === "ended") screen.troubles.push(`ended: ${phase.why}`);
      this.#changed();
    });
  }
}

/** What is wrong with the marks of own messages: those that did not go out, and those that are everyone's and are not. */
export function falseMarks(
  members: readonly Pick<Member, "name" | "marks" | "screen">[],
): string[] {
  const lacking = (name: string, n: number) =>
    members.filter(({ screen }) => screen.owner !== name && !screen.showed(name, n));
  return members.flatMap(({ name, marks }) =>
    [...marks].flatMap(([n, mark]) => {
      if (mark === "sending" || mark === "failed") return [`${name} ${n} is ${mark}`];
      if (mark !== "everyone") return [];
      return lacking(name, n).map(({ screen }) => `${screen.owner} lacks everyone's ${name} ${n}`);
    }),
  );
}
