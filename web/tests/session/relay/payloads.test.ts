/** Everything that can be said besides plain texts, through the real relay. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MessageEntry } from "../../../src/session/types";
import { RelayProcess } from "../support/relay-process";
import { create, hears, join, linkOf, PASSWORD, roomOf, sees } from "../support/scenes";
import { Tab } from "../support/tab";
import { until } from "../support/until";

let relay: RelayProcess;
beforeAll(async () => {
  relay = await RelayProcess.start();
});
afterAll(() => relay.stop());

const messages = (tab: Tab): MessageEntry[] =>
  roomOf(tab).entries.value.filter((entry) => entry.kind === "message");
const last = (tab: Tab): MessageEntry => {
  const entry = messages(tab).at(-1);
  if (entry === undefined) throw new Error("nothing was said");
  return entry;
};
const idOf = (tab: Tab, alias: string): string =>
  roomOf(tab).people.value.find((person) => person.alias === alias)?.id ?? "";

async function three(): Promise<[Tab, Tab, Tab]> {
  const ada = await create(relay.origin);
  const grace = await join(relay.origin, linkOf(ada), "Grace");
  const cleo = await join(relay.origin, linkOf(ada), "Cleo");
  for (const tab of [ada, grace, cleo]) await sees(tab, "Ada", "Grace", "Cleo");
  return [ada, grace, cleo];
}

it("replies, edits, reactions and deletion reach everybody", async () => {
  const [ada, grace, cleo] = await three();
  roomOf(ada).send("hello @grace");
  for (const tab of [grace, cleo]) await hears(tab, "Ada: hello @grace");
  expect(last(grace).mentionsYou).toBe(true);
  expect(last(cleo).mentionsYou).toBeUndefined();
  roomOf(grace).send("hello", { replyTo: { key: last(grace).key, circle: undefined } });
  await hears(cleo, "Grace: hello");
  expect(roomOf(cleo).find(last(cleo).replyTo ?? "")?.body).toBe("hello @grace");
  expect(roomOf(cleo).react(last(cleo).key, "\u{1f44d}")).toBe(true);
  await until("a reaction", () => last(ada).reactions?.[0]?.people[0]?.alias === "Cleo");
  expect(roomOf(grace).edit(last(grace).key, "hello all")).toBe(true);
  await until("the edit", () => last(ada).body === "hello all" && last(ada).edited === true);
  expect(roomOf(ada).edit(last(ada).key, "not mine")).toBe(false);
  expect(roomOf(grace).remove(last(grace).key)).toBe(true);
  await until("the deletion", () => last(cleo).deleted === true && last(cleo).body === "");
});

it("a whisper, and what is said of it, stays among those it is for", async () => {
  const [ada, grace, cleo] = await three();
  roomOf(ada).send("psst", { whisperTo: [idOf(ada, "Grace")] });
  await hears(grace, "Ada: psst");
  expect(last(grace).whisper?.to.map(({ alias }) => alias)).toEqual(["Grace"]);
  roomOf(grace).react(last(grace).key, "\u{1f44d}");
  await until("a whispered reaction", () => last(ada).reactions?.length === 1);
  const { key, whisper } = last(grace);
  roomOf(grace).send("yes?", { replyTo: { key, circle: whisper?.circle } });
  await hears(ada, "Grace: yes?");
  expect(last(ada).whisper).toBeDefined();
  roomOf(ada).send("for all");
  await hears(cleo, "Ada: for all");
  expect(messages(cleo).map(({ body }) => body)).toEqual(["for all"]);
  expect(roomOf(cleo).entries.value.map(({ kind }) => kind)).not.toContain("damaged");
  await until("to be everyone's", () => messages(ada)[0]?.delivery === "everyone");
});

it("a message that burns goes everywhere", async () => {
  const [ada, grace] = await three();
  roomOf(ada).send("soon gone", { burnSeconds: 1 });
  await hears(grace, "Ada: soon gone");
  roomOf(grace).noteSight(last(grace).key);
  await until("to be gone", () => messages(ada).length + messages(grace).length === 0);
});

it("another alias is told with the old one, and known to those who come later, also after a refresh", async () => {
  const [ada, grace, cleo] = await three();
  expect(await roomOf(grace).rename("cleo")).toBe("alias-taken");
  expect(await roomOf(grace).rename(" Hopper ")).toBeUndefined();
  for (const tab of [ada, grace, cleo]) await sees(tab, "Ada", "Hopper", "Cleo");
  const told = roomOf(cleo).entries.value.find((entry) => entry.kind === "renamed");
  expect(told).toMatchObject({ before: "Grace", who: { alias: "Hopper" } });
  grace.refresh();
  await until("to be back", () => grace.app.phase.value.at === "room");
  await sees(grace, "Ada", "Hopper", "Cleo");
  const dora = await join(relay.origin, linkOf(ada), "Dora");
  await sees(dora, "Ada", "Hopper", "Cleo", "Dora");
});

it("a locked room takes nobody in, and nobody out", async () => {
  const [ada, grace, cleo] = await three();
  expect(roomOf(grace).lock(true)).toBe(true);
  for (const tab of [ada, grace, cleo]) await until("the lock", () => roomOf(tab).locked.value);
  const { pathname, hash } = new URL(linkOf(ada));
  const dora = new Tab(relay.origin, pathname + hash);
  await dora.app.join({ alias: "Dora", password: PASSWORD });
  expect(dora.app.problem.value?.name).toBe("room-locked");
  cleo.refresh();
  await until("to be back", () => cleo.app.phase.value.at === "room");
  await until("to know of the lock", () => roomOf(cleo).locked.value);
  roomOf(ada).lock(false);
  await until("the room to open", () => !roomOf(cleo).locked.value);
  await dora.app.join({ alias: "Dora", password: PASSWORD });
  await sees(ada, "Ada", "Grace", "Cleo", "Dora");
});

it("typing and reading are told by those who want it", async () => {
  const [ada, grace, cleo] = await three();
  roomOf(grace).noteTyping();
  roomOf(cleo).setSharing({ typing: true, reading: true });
  roomOf(cleo).noteTyping();
  await until("typing", () => roomOf(ada).typing.value.length === 1);
  expect(roomOf(ada).typing.value[0]?.alias).toBe("Cleo");
  roomOf(ada).send("read me");
  await hears(grace, "Ada: read me");
  await hears(cleo, "Ada: read me");
  roomOf(grace).noteRead(last(grace).key);
  roomOf(cleo).noteRead(last(cleo).key);
  await until("read", () => last(ada).readBy?.length === 1);
  expect(last(ada).readBy?.[0]?.alias).toBe("Cleo");
});

it("cover traffic is on for all, also for who comes later, and texts still arrive", async () => {
  const [ada, grace, cleo] = await three();
  roomOf(ada).setCover(true);
  for (const tab of [grace, cleo]) await until("cover", () => roomOf(tab).cover.value);
  const dora = await join(relay.origin, linkOf(ada), "Dora");
  await until("cover to be learnt", () => roomOf(dora).cover.value);
  for (let n = 0; n < 3; n += 1) roomOf(grace).send(`text ${n}`);
  await hears(dora, "Grace: text 2");
  roomOf(cleo).setCover(false);
  for (const tab of [ada, grace, dora]) await until("no cover", () => !roomOf(tab).cover.value);
});
