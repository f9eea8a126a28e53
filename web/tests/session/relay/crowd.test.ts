/** Many at once, kicks, and a full room. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RelayProcess } from "../support/relay-process";
import {
  aliases,
  create,
  hears,
  join,
  linkOf,
  news,
  PASSWORD,
  roomOf,
  said,
  sees,
  told,
} from "../support/scenes";
import { Tab } from "../support/tab";
import { TcpProxy } from "../support/tcp-proxy";
import { until } from "../support/until";

let relay: RelayProcess;
beforeAll(async () => {
  relay = await RelayProcess.start(["--session-grace", "1s", "--max-members", "11"]);
});
afterAll(() => relay.stop());

const names = (count: number) => Array.from({ length: count }, (_, i) => `Member ${i}`);

describe("ten at once", () => {
  it("join, see each other, talk in one order, and are refused beyond the limit", async () => {
    const ada = await create(relay.origin);
    const link = linkOf(ada);
    const others = await Promise.all(names(10).map((name) => join(relay.origin, link, name)));
    const all = [ada, ...others];
    await Promise.all(all.map((tab) => sees(tab, "Ada", ...names(10))));
    const phrases = new Set(all.map((tab) => roomOf(tab).safetyPhrase.value.join(" ")));
    expect(phrases.size).toBe(1);

    const late = await join(relay.origin, link, "Late");
    expect(late.app.problem.value).toEqual({ name: "room-full", max: 11 });

    for (const tab of all) {
      for (let i = 0; i < 5; i += 1) roomOf(tab).send(`${i}`);
    }
    await Promise.all(all.map((tab) => until("all 55", () => said(tab).length === 55)));
    for (const tab of all) {
      expect(new Set(said(tab)).size).toBe(55);
      for (const name of ["Ada", ...names(10)]) {
        const own = said(tab).filter((line) => line.startsWith(`${name}: `));
        expect(own).toEqual(["0", "1", "2", "3", "4"].map((body) => `${name}: ${body}`));
      }
    }
    for (const tab of all) expect(news(tab)).not.toContain("damaged");
  });

  it("miss nothing from the moment they are in, however busy the room and slow the line is", async () => {
    const proxy = await TcpProxy.start(relay.port);
    proxy.slowDown(50);
    const ada = await create(proxy.origin);
    const link = linkOf(ada).replace(proxy.origin, relay.origin);
    const witness = await join(relay.origin, link, "Witness");
    await sees(ada, "Ada", "Witness");
    let count = 0;
    const talking = setInterval(() => {
      roomOf(ada).send(`${count}`);
      count += 1;
    }, 20);
    const others = await Promise.all(names(6).map((name) => join(relay.origin, link, name)));
    clearInterval(talking);
    await until("all of it", () => said(witness).length === count);
    for (const tab of others) {
      const { id } = roomOf(tab).self.value;
      // The witness shows everything in the relay's order.
      const entries = roomOf(witness).entries.value;
      const joined = entries.findIndex((entry) => entry.kind === "joined" && entry.who.id === id);
      const due = entries
        .slice(joined)
        .flatMap((entry) => (entry.kind === "message" ? [entry.body] : []));
      await until("all that is due", () => {
        const heard = new Set(said(tab).map((line) => line.slice("Ada: ".length)));
        return due.every((body) => heard.has(body));
      });
      const heard = said(tab).map((line) => Number(line.slice("Ada: ".length)));
      expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b));
      expect(news(tab)).not.toContain("damaged");
    }
    await proxy.stop();
  });

  it("leave at once, and those who stay remove them together", async () => {
    const ada = await create(relay.origin);
    const link = linkOf(ada);
    const others = await Promise.all(names(6).map((name) => join(relay.origin, link, name)));
    await sees(ada, "Ada", ...names(6));
    const before = roomOf(ada).safetyPhrase.value;
    for (const tab of others.slice(0, 4)) roomOf(tab).leave();
    const stay = [ada, ...others.slice(4)];
    await Promise.all(stay.map((tab) => sees(tab, "Ada", "Member 4", "Member 5")));
    await Promise.all(
      stay.map((tab) =>
        until("a new phrase", () => roomOf(tab).safetyPhrase.value.join() !== before.join()),
      ),
    );
    const newcomer = await join(relay.origin, link, "Newcomer");
    await Promise.all(
      [...stay, newcomer].map((tab) => sees(tab, "Ada", "Member 4", "Member 5", "Newcomer")),
    );
    expect(news(ada).filter((kind) => kind === "left")).toHaveLength(4);
  });
});

describe("a kick", () => {
  it("puts somebody out, changes link and password, and shuts the old ones", async () => {
    const ada = await create(relay.origin);
    const oldLink = linkOf(ada);
    const grace = await join(relay.origin, oldLink, "Grace");
    const mallory = await join(relay.origin, oldLink, "Mallory");
    await sees(ada, "Ada", "Grace", "Mallory");
    await sees(grace, "Ada", "Grace", "Mallory");
    const target = roomOf(grace).people.value.find(({ alias }) => alias === "Mallory");
    await roomOf(grace).kick(target?.id ?? "");
    expect(await mallory.ended()).toBe("evicted");
    expect(mallory.storage.size).toBe(0);
    for (const tab of [ada, grace]) {
      await sees(tab, "Ada", "Grace");
      const removed = await told(tab, "removed");
      expect([removed.who.alias, removed.by.alias]).toEqual(["Mallory", "Grace"]);
      expect((await told(tab, "rekeyed")).by.alias).toBe("Grace");
      expect(news(tab)).not.toContain("left");
    }
    expect(roomOf(ada).invitation.value).toEqual(roomOf(grace).invitation.value);
    expect(linkOf(ada)).not.toBe(oldLink);
    const { password, link } = roomOf(ada).invitation.value;
    expect(password).not.toBe(PASSWORD);

    expect(await new Tab(relay.origin, oldLink.slice(relay.origin.length)).ended()).toBe("gone");
    roomOf(ada).send("among us");
    await hears(grace, "Ada: among us");

    const newcomer = await join(relay.origin, link, "Newcomer", password);
    await sees(newcomer, "Ada", "Grace", "Newcomer");
    roomOf(newcomer).send("let in");
    await hears(ada, "Newcomer: let in");
  });

  it("is survived by a refresh of those who stay", async () => {
    const ada = await create(relay.origin);
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    const mallory = await join(relay.origin, linkOf(ada), "Mallory");
    await sees(ada, "Ada", "Grace", "Mallory");
    await roomOf(ada).kick(
      roomOf(ada).people.value.find(({ alias }) => alias === "Mallory")?.id ?? "",
    );
    await told(grace, "rekeyed");
    await mallory.ended();
    for (const tab of [ada, grace]) {
      tab.refresh();
      await tab.inside();
    }
    roomOf(ada).send("still here");
    await hears(grace, "Ada: still here");
    expect(roomOf(grace).invitation.value).toEqual(roomOf(ada).invitation.value);
  });

  it("of somebody who is just leaving comes to an end, and of nobody does nothing", async () => {
    const ada = await create(relay.origin);
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    await sees(ada, "Ada", "Grace");
    const id = roomOf(ada).people.value.find(({ alias }) => alias === "Grace")?.id ?? "";
    const before = roomOf(ada).invitation.value;
    const kicked = roomOf(ada).kick(id);
    roomOf(grace).leave();
    const outcome = await kicked;
    await sees(ada, "Ada");
    const { password, link } = roomOf(ada).invitation.value;
    expect(password !== before.password).toBe(outcome === "removed");
    expect(link !== before.link).toBe(outcome === "removed");
    expect(await roomOf(ada).kick(id)).toBe("gone-before");
    expect(await roomOf(ada).kick(roomOf(ada).self.value.id)).toBe("gone-before");
    expect(roomOf(ada).invitation.value).toEqual({ password, link });
    expect(aliases(ada)).toEqual(["Ada"]);
  });

  it("of each other at once ends with one of them out", async () => {
    const ada = await create(relay.origin);
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    const witness = await join(relay.origin, linkOf(ada), "Witness");
    await sees(grace, "Ada", "Grace", "Witness");
    await sees(ada, "Ada", "Grace", "Witness");
    const idOf = (tab: Tab, alias: string) =>
      roomOf(tab).people.value.find((p) => p.alias === alias)?.id ?? "";
    const both = [roomOf(ada).kick(idOf(ada, "Grace")), roomOf(grace).kick(idOf(grace, "Ada"))];
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await until("one out", () => roomOf(witness).people.value.length === 2);
    const winner = ada.app.phase.value.at === "room" ? ada : grace;
    roomOf(winner).send("alone with you");
    await hears(witness, `${roomOf(winner).self.value.alias}: alone with you`);
  });
});
