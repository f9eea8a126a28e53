/**
 * Hostile messages and names through the real composer of one tab, the real relay and the real page of another: nothing
 * runs, nothing is asked of any host, the page stays quick, and messages stay in their box.
 *
 * All of our own attacks, and of the public lists every so-manieth line; with `SANCTUARY_XSS=all` every line.
 */
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FALSE_WHISPER } from "../../gallery/everything";
import { VIEWPORTS } from "../harness/browser";
import { shows } from "../harness/chatter";
import { openHouse } from "../harness/house";
import type { Person } from "../harness/person";
import { tasksOf } from "../harness/responsiveness";
import { RustMembers } from "../harness/rust-member";
import { ATTACKS, FLOOD, HEAVY, LOADING, NAMES } from "./attacks";
import { corpus } from "./corpus";
import { buildWitness } from "./lab-page";

const all = process.env.SANCTUARY_XSS === "all";
/** Of the public lists, each so-manieth line goes through a room in a usual run. */
const EACH = all ? 1 : 10;
/** Of our own attacks, each so-manieth is sent by a composer besides; all of them are by a member without a page. */
const TYPED_EACH = all ? 1 : 11;
/** Messages in one room, and in one second. */
const A_ROOM = 500;
const A_SECOND = 100;
/** No task of the page may take longer while they come, in milliseconds of processor time. */
const LONGEST_TASK_MS = 300;
/** What is formatted because somebody asks for it may keep the page so long, on a busy machine. */
const LONGEST_ASKED_MS = 4_000;
/** The longest body, in bytes (docs/PROTOCOL.md, section 9). */
const MAX_BODY_BYTES = 65_536;
/** For what waits for its turn. */
const WAIT = { timeout: 240_000 };
/** For thousands of messages on a machine that is busy with other things. */
const LIMIT_MS = 1_200_000;

const house = openHouse();
let rust: RustMembers;
let witness: string;
beforeAll(async () => {
  rust = new RustMembers();
  witness = await buildWitness();
});
afterAll(() => rust.close());

/** What a person can send: something, without what the composer takes out. */
const sendable = (texts: readonly string[]): string[] =>
  texts
    .map((text) => text.replaceAll("\u0000", ""))
    .filter((text) => text.trim() !== "" && Buffer.byteLength(text) <= MAX_BODY_BYTES);

async function watched(): Promise<Person> {
  const person = await house.person();
  await person.page.addInitScript({ content: witness });
  return person;
}

/** What formatting and colouring take is loaded now, so that later requests are somebody else's. */
async function warmUp(first: Person, ...others: readonly Person[]): Promise<void> {
  await first.say("```js\nlet x = 1;\n```");
  for (const { page } of [first, ...others]) await page.locator(".code-keyword").waitFor();
}

/** A room with a person whose composer sends, and one who reads; and a member without a page, who sends faster. */
async function room(name: string): Promise<readonly [Person, Person]> {
  const [ada, ben] = [await watched(), await watched()];
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await rust.join(name, invitation, "Cleo");
  await warmUp(ada, ben);
  return [ada, ben];
}

/** Waits until everything that was said before has been formatted. */
async function formatted(mark: string, ...people: readonly Person[]): Promise<void> {
  for (const { page } of people) await page.locator("strong", { hasText: mark }).waitFor(WAIT);
}

async function expectQuiet(people: readonly Person[], requests: number): Promise<void> {
  for (const { page } of people) {
    expect(await page.evaluate(() => window.witness.executions)).toBe(0);
    expect(await page.evaluate(() => window.witness.outOfReach())).toEqual([]);
    expect(new URL(page.url()).pathname).toBe("/room");
    expect(page.context().pages()).toHaveLength(1);
  }
  expect(house.watch.requests.slice(requests)).toEqual([]);
}

async function expectNothing(person: Person, atLeast: number): Promise<void> {
  const seen = await person.page.evaluate(() => window.witness.look());
  expect(seen.faults).toEqual([]);
  expect(seen.count).toBeGreaterThanOrEqual(atLeast);
}

test("attacks from a real composer do nothing on either side", { timeout: LIMIT_MS }, async () => {
  const [ada, ben] = await room("composer");
  const requests = house.watch.requests.length;
  const texts = sendable([...ATTACKS.filter((_, n) => n % TYPED_EACH === 0), ...LOADING]);
  const mark = "the end of it";
  await ada.page.evaluate((list) => window.witness.say(list), [...texts, `**${mark}**`]);
  await formatted(mark, ada, ben);
  for (const person of [ada, ben]) await expectNothing(person, texts.length);
  await expectQuiet([ada, ben], requests);
});

/** Says them at a pace that is much for a room, and little beside what a relay takes. */
async function sayInPace(name: string, texts: readonly string[]): Promise<void> {
  const begun = performance.now();
  for (const [n, text] of texts.entries()) {
    const early = begun + (n * 1000) / A_SECOND - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    await rust.say(name, text);
  }
}

test("our attacks and public ones do nothing in a room", { timeout: LIMIT_MS }, async () => {
  const texts = sendable([...ATTACKS, ...corpus().filter((_, n) => n % EACH === 0)]);
  const longest: number[] = [];
  for (let from = 0; from < texts.length; from += A_ROOM) {
    const batch = texts.slice(from, from + A_ROOM);
    const name = `attacker ${from}`;
    const ben = await watched();
    await rust.join(name, await ben.create(house.origin, { alias: "Ben" }), "Cleo");
    await warmUp(ben);
    const requests = house.watch.requests.length;
    const tasks = await tasksOf(house.browser, ben.page, async () => {
      await sayInPace(name, [...batch, "**the end of it**"]);
      await formatted("the end of it", ben);
    });
    longest.push(Math.max(...tasks));
    await expectNothing(ben, batch.length);
    await expectQuiet([ben], requests);
    await ben.say("**still** here");
    await formatted("still", ben);
    await ben.page.context().close();
  }
  expect(Math.max(...longest)).toBeLessThan(LONGEST_TASK_MS);
});

test("what is made to keep the page busy does not in a room", { timeout: LIMIT_MS }, async () => {
  const [ada, ben] = await room("heavy");
  await ada.leave();
  const requests = house.watch.requests.length;
  for (const [n, text] of sendable(HEAVY).entries()) {
    await rust.say("heavy", text);
    await rust.say("heavy", `**heavy ${n}.**`);
    await formatted(`heavy ${n}.`, ben);
    const ms = await ben.page.evaluate(() => window.witness.formatLast());
    expect(ms, text.slice(0, 80)).toBeLessThan(LONGEST_ASKED_MS);
    await expectNothing(ben, 2);
  }
  await expectQuiet([ben], requests);
});

test("many small messages that become large ones fill no memory", {
  timeout: LIMIT_MS,
}, async () => {
  const [ada, ben] = await room("flood");
  await ada.leave();
  // Each becomes some hundred cells, and is formatted; all of them are more than a page holds.
  const wide = `|${"a|".repeat(20)}\n|${"-|".repeat(20)}\n${"|\n".repeat(18)}`;
  const tasks = await tasksOf(house.browser, ben.page, async () => {
    await sayInPace("flood", [...Array(150).fill(FLOOD), ...Array(150).fill(wide), "**its end**"]);
    await formatted("its end", ben);
  });
  expect(Math.max(...tasks)).toBeLessThan(LONGEST_TASK_MS);
  expect(await ben.page.locator(".rich td").count()).toBeGreaterThan(1_000);
  expect(await ben.page.evaluate(() => document.getElementsByTagName("*").length)).toBeLessThan(
    50_000,
  );
  // What was given up can be asked for.
  const first = ben.page.locator(".message .rich-note button").nth(150);
  await first.scrollIntoViewIfNeeded();
  const tables = await ben.page.locator(".rich table").count();
  await first.click();
  await ben.page.waitForFunction(
    (before) => document.querySelectorAll(".rich table").length !== before,
    tables,
  );
});

test("a whisper's sign stands where no message can draw", { timeout: LIMIT_MS }, async () => {
  const [ada, ben] = await room("imitation");
  await rust.say("imitation", FALSE_WHISPER);
  await ada.say("/whisper Ben: the true one");
  const truth = ben.page.locator(".message[data-whisper]", { hasText: "the true one" });
  await truth.waitFor();
  const box = async (line: Locator) => {
    const found = await line.boundingBox();
    if (found === null) throw new Error("not shown");
    return found;
  };
  const imitation = ben.page.locator(".rich", { hasText: "password of the safe" });
  for (const viewport of [VIEWPORTS.phone, VIEWPORTS.desktop]) {
    await ben.page.setViewportSize(viewport);
    const [sign, whole, drawn] = await Promise.all([
      box(truth.locator(".whisper-sign svg")),
      box(truth),
      box(imitation),
    ]);
    expect(sign.height).toBeCloseTo(whole.height, 0);
    expect(sign.width).toBeGreaterThan(20);
    expect(sign.x + sign.width).toBeLessThanOrEqual(drawn.x);
    expect(drawn.x).toBeGreaterThan(whole.x + sign.width);
  }
  expect(await imitation.locator("xpath=ancestor::*[@data-whisper]").count()).toBe(0);
});

test("names of people are text, wherever they stand", { timeout: LIMIT_MS }, async () => {
  const ada = await watched();
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await rust.join("ben", invitation, "Ben");
  await ada.sees(/Ben joined/);
  await warmUp(ada);
  const requests = house.watch.requests.length;
  const people = ada.page.getByRole("complementary", { name: "People" });
  for (const [n, name] of NAMES.entries()) {
    await rust.rename("ben", name);
    await rust.say("ben", `so far ${n}.`);
    await shows(ada.page, `so far ${n}.`);
    await people.getByText(name, { exact: true }).first().waitFor();
    await ada.page.getByRole("log").getByText(name, { exact: true }).last().waitFor();
    expect(await ada.page.title()).toContain("Sanctuary");
    await expectQuiet([ada], requests);
  }
  expect(await ada.page.locator(":is(img, script:not([src]), style, iframe)").count()).toBe(0);
});

test("names of rooms are text, at the door and inside", { timeout: LIMIT_MS }, async () => {
  const password = "a passphrase for the tests";
  for (const [n, name] of NAMES.filter((_, i) => i % 2 === 0).entries()) {
    const wishes = { origin: house.origin, room_name: name, password, alias: "Ada" };
    const link = await rust.create(`ada ${n}`, wishes);
    const ben = await watched();
    await ben.page.goto(link);
    await ben.page.getByText(name, { exact: true }).first().waitFor();
    if (n % 5 === 0) {
      await ben.enter({ link, password }, "Ben");
      await ben.page.locator("header").getByText(name, { exact: true }).waitFor();
      expect(await ben.page.evaluate(() => window.witness.outOfReach())).toEqual([]);
    }
    expect(await ben.page.evaluate(() => window.witness.executions)).toBe(0);
    await ben.page.context().close();
  }
  expect(house.watch.hosts).toEqual(new Set([new URL(house.origin).host]));
});

test("control: the witness counts what runs, and finds what should not be there", async () => {
  const ben = await watched();
  await ben.create(house.origin, { alias: "Ben" });
  await ben.say("a _message_");
  await ben.page.locator(".rich").waitFor();
  const found = await ben.page.evaluate(() => {
    (window as unknown as { ran(): void }).ran();
    const lid = document.createElement("img");
    lid.className = "lid";
    Object.assign(lid.style, { position: "fixed", inset: "0", inlineSize: "100%", zIndex: "99" });
    const shown = document.querySelector<HTMLElement>(".rich");
    shown?.append(lid);
    Object.assign(lid.style, { blockSize: "100%" });
    // What is fixed in a box that contains it stays there.
    if (shown)
      Object.assign(shown.style, { contain: "none", isolation: "auto", overflow: "visible" });
    return {
      executions: window.witness.executions,
      faults: window.witness.look().faults,
      outOfReach: window.witness.outOfReach(),
    };
  });
  expect(found.executions).toBe(1);
  expect(found.faults.join()).toMatch(/^<img>[\s\S]*not contained/);
  expect(found.outOfReach).toContain("Send");
});
