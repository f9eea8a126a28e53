/** Much talk for a long time: the page stays quick and light, and says what it let go. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { LET_GO_AT_ONCE, MAX_ENTRIES } from "../src/session/entries";
import { sayMany, talkBothWays } from "./harness/chatter";
import { openHouse } from "./harness/house";
import { busy, heapOf, heapText, tasksOf } from "./harness/responsiveness";
import { RustMembers } from "./harness/rust-member";

/** No task of the page may take longer, in milliseconds. */
const LONGEST_TASK_MS = 100;
const LET_GO = "Older messages were let go, to keep this tab light.";

const house = openHouse();
let rust: RustMembers;
beforeAll(() => {
  rust = new RustMembers();
});
afterAll(() => rust.close());

test("the check for long tasks finds a page that is busy for 150 ms", async () => {
  const ada = await house.person();
  await ada.page.goto(house.origin);
  const idle = await tasksOf(house.browser, ada.page, () => ada.page.waitForTimeout(300));
  const tasks = await tasksOf(house.browser, ada.page, () => busy(ada.page, 150));
  expect(Math.max(...idle)).toBeLessThan(LONGEST_TASK_MS);
  expect(Math.max(...tasks)).toBeGreaterThan(LONGEST_TASK_MS);
});

test("50 messages a second each way leave the page responsive, longer than it keeps them", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await rust.join("both ways", invitation, "Ben");
  const seconds = MAX_ENTRIES / 100 + 5;
  const tasks = await tasksOf(house.browser, ada.page, () =>
    talkBothWays(rust, "both ways", ada, { rate: 50, seconds }),
  );
  await ada.sees(LET_GO);
  expect(tasks.length).toBeGreaterThan(1000);
  expect(Math.max(...tasks)).toBeLessThan(LONGEST_TASK_MS);
}, 240_000);

test("after six thousand messages the page takes no more memory than after two, and has forgotten what it let go", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await rust.join("many", invitation, "Ben");
  const text = (n: number) => `needle ${n} in a conversation that is long`;
  const full = MAX_ENTRIES - 10;
  await sayMany(rust, "many", ada, text, [0, full]);
  expect(await ada.has(LET_GO)).toBe(false);
  const before = await heapOf(ada.page);
  await sayMany(rust, "many", ada, text, [full, 6_200]);
  expect(await ada.has(LET_GO)).toBe(true);

  const after = await heapOf(ada.page);
  expect(after).toBeLessThan(1.15 * before);
  const heap = await heapText(ada.page);
  expect(heap).toContain(text(6_000));
  for (const n of [0, 1, 500, full - 1, 3000, 4000]) expect(heap).not.toContain(text(n));
}, 600_000);

test("who reads further up keeps their place when older messages go, and is told how many are new", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await rust.join("reads", invitation, "Ben");
  const text = (n: number) => `line ${n}\n${"and more of it ".repeat(n % 7)}`;
  await sayMany(rust, "reads", ada, text, [0, MAX_ENTRIES - 50]);

  const line = ada.page.getByText("line 1000", { exact: false }).first();
  await line.evaluate((element) => element.scrollIntoView({ block: "center" }));
  await ada.page.waitForTimeout(200);
  const topOf = async () => Math.round((await line.boundingBox())?.y ?? Number.NaN);
  const top = await topOf();
  const more = 2 * LET_GO_AT_ONCE;
  for (let n = 0; n < more; n++) await rust.say("reads", `new ${n}`);
  const button = ada.page.getByRole("button", { name: `${more} new messages` });
  await button.waitFor();
  expect(Math.abs((await topOf()) - top)).toBeLessThanOrEqual(1);
  expect(await ada.page.getByText(LET_GO).count()).toBe(1);

  await button.click();
  await ada.page.getByText(`new ${more - 1}`, { exact: true }).waitFor();
  await expect
    .poll(() => ada.page.getByText(`new ${more - 1}`, { exact: true }).isVisible())
    .toBe(true);
  await button.waitFor({ state: "hidden" });
  // At the end again, the page follows it.
  await rust.say("reads", "one more");
  await ada.sees("one more");
  const end = await ada.page.getByText("one more", { exact: true }).boundingBox();
  const field = await ada.field("Message").boundingBox();
  expect(end?.y).toBeLessThan(field?.y ?? 0);
  expect(end?.y).toBeGreaterThan((field?.y ?? 0) - 200);
}, 240_000);
