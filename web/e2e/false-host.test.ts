/**
 * What people are told when the host or somebody in its place breaks the rules: that it was noticed, what it means, and
 * what to do. The same attacks without a page are played in `tests/session/relay/meddling.test.ts`.
 */
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RelayFrame } from "../src/wire";
import { FalseHost } from "./harness/false-host";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();
let host: FalseHost;
beforeEach(async () => {
  host = await FalseHost.start(house.relay.port);
});
afterEach(async () => {
  // Pages first: one whose host goes away says so on the console.
  await Promise.all(house.browser.contexts().map((context) => context.close()));
  host.stop();
});

type Named<T> = Extract<RelayFrame, { type: T }>;

/** Ada is served by the honest relay, Grace by the false host, which is honest so far. */
async function pair(): Promise<{ ada: Person; grace: Person; link: string; password: string }> {
  const [ada, grace] = await house.people(2);
  const { link, password } = await ada.create(house.origin, { alias: "Ada" });
  await grace.join({ link: host.linkFor(link), password }, "Grace");
  await ada.sees("Grace joined");
  return { ada, grace, link, password };
}

/** The room is closed, in words, and nothing of it is left on the page. */
async function isClosedToProtect(person: Person, ...secrets: readonly string[]): Promise<void> {
  await person.page.getByRole("heading", { name: "This room was closed to protect you" }).waitFor();
  await person.sees(/something came in that the rules of the room forbid/i);
  await person.sees(/somebody may be interfering with the server or the connection/i);
  await person.sees(/make a new room, share a new password, and compare the safety phrase/i);
  expect(await person.field("Message").count()).toBe(0);
  for (const secret of secrets) expect(await person.has(secret)).toBe(false);
  expect(await person.page.evaluate(() => sessionStorage.length)).toBe(0);
}

const bytes = (length: number) => new Uint8Array(randomBytes(length));

test("a ghost, whom the relay puts into the group, closes the room for whoever sees it", async () => {
  const { ada, grace, password } = await pair();
  await ada.say("before the ghost");
  await grace.sees("before the ghost");
  const commit = bytes(12 + 4096 + 16);
  host.send(
    { type: "Presence", member: 3, presence: "here" },
    { type: "CommitRelayed", seq: 1000n, epoch: 2n, member: 3, commit },
  );
  await isClosedToProtect(grace, "before the ghost", password);
  await ada.sees("Grace left");
});

test("a ghost, of whom the relay only says that they are here, is shown nowhere", async () => {
  const { ada, grace } = await pair();
  host.send({ type: "Presence", member: 3, presence: "here" });
  await ada.say("who is here?");
  await grace.sees("who is here?");
  const people = grace.page.getByRole("complementary", { name: "People" }).getByRole("listitem");
  expect(await people.count()).toBe(2);
});

test("a commit that was changed on the way closes the room for whom it reaches", async () => {
  const { ada, grace, link, password } = await pair();
  host.alter = (frame) => {
    if (frame.type !== "CommitRelayed") return [frame];
    const commit = frame.commit.slice();
    commit[100] = (commit[100] ?? 0) ^ 1;
    return [{ ...frame, commit }];
  };
  const third = await house.person();
  await third.join({ link, password }, "Third");
  await isClosedToProtect(grace);
  await third.say("still here");
  await ada.sees("still here");
});

test("a commit that is held back closes the room as soon as a message from after it comes", async () => {
  const { ada, grace, link, password } = await pair();
  let held: Named<"CommitRelayed"> | undefined;
  host.alter = (frame) => {
    if (frame.type !== "CommitRelayed" || held !== undefined) return [frame];
    held = frame;
    return [];
  };
  const third = await house.person();
  await third.join({ link, password }, "Third");
  await expect.poll(() => held).toBeDefined();
  await grace.isInside();
  await ada.say("after it");
  await isClosedToProtect(grace);
});

test("a commit that is held back closes the room as soon as another commit comes", async () => {
  const { grace, link, password } = await pair();
  let held: Named<"CommitRelayed"> | undefined;
  host.alter = (frame) => {
    if (frame.type !== "CommitRelayed" || held !== undefined) return [frame];
    held = frame;
    return [];
  };
  const [third, fourth] = await house.people(2);
  await third.join({ link, password }, "Third");
  await expect.poll(() => held).toBeDefined();
  await fourth.join({ link, password }, "Fourth");
  await isClosedToProtect(grace);
});

test("a message under a forged number is not shown twice, and people are told that something is forged", async () => {
  const { ada, grace } = await pair();
  host.alter = (frame) =>
    frame.type === "MessageRelayed" ? [frame, { ...frame, seq: frame.seq + 1n }] : [frame];
  await ada.say("said once");
  await grace.sees("said once");
  await grace.sees("Something came in damaged or forged, and was not opened.");
  const log = grace.page.getByRole("log");
  expect(await log.getByText("said once").count()).toBe(1);
});

test("messages out of their order are not taken for new ones, and people are told", async () => {
  const { ada, grace } = await pair();
  const held: Named<"MessageRelayed">[] = [];
  host.alter = (frame) => {
    if (frame.type !== "MessageRelayed") return [frame];
    held.push(frame);
    return held.length < 2 ? [] : [...held].reverse();
  };
  await ada.say("first");
  await expect.poll(() => held.length).toBe(1);
  await ada.say("second");
  await grace.sees("second");
  await grace.sees("Something came in damaged or forged, and was not opened.");
});

test("a newcomer, to whom the relay hands a group of its own making, is not let in, and told why", async () => {
  const { link, password } = await pair();
  host.alter = (frame) =>
    frame.type === "Lease" ? [{ ...frame, groupState: bytes(frame.groupState.length) }] : [frame];
  const late = await house.person();
  await late.page.goto(host.linkFor(link));
  await late.knock(password, "Late");
  await late.sees(/link and password|did not fit this room|new link and password/i);
  expect(await late.field("Message").count()).toBe(0);
});
