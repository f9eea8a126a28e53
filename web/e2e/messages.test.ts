/** What can be done with messages, by keyboard, mouse and finger; what is found, counted and told. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();

async function pair(): Promise<[Person, Person]> {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.sees(/Ben joined/);
  return [ada, ben];
}

const line = ({ page }: Person, text: string | RegExp): Locator =>
  page.locator(".message", { hasText: text });

const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((it) => it === document.activeElement);

test("the arrows walk through messages, and every action can be reached by keyboard", async () => {
  const [ada, ben] = await pair();
  for (const text of ["first", "second", "third"]) await ada.say(text);
  await ben.sees("third");
  const { keyboard } = ben.page;
  const focused = () => ben.page.evaluate(() => document.activeElement?.textContent ?? "");
  await keyboard.press("Shift+Tab");
  for (let i = 0; i < 5 && !(await focused()).startsWith("third"); i++)
    await keyboard.press("Shift+Tab");
  expect(await focused()).toContain("third");
  await keyboard.press("ArrowUp");
  expect(await focused()).toContain("second");
  await keyboard.press("Home");
  expect(await focused()).toContain("first");
  await keyboard.press("End");
  expect(await focused()).toContain("third");
  await keyboard.press("Enter");
  const menu = ben.page.getByRole("menu", { name: "What to do with this message" });
  await menu.getByRole("menuitem", { name: "Reply" }).waitFor();
  expect(await menu.getByRole("menuitem").allInnerTexts()).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Copy text/),
      expect.stringMatching(/^Whisper to Ada/),
    ]),
  );
  await keyboard.press("Escape");
  await menu.waitFor({ state: "detached" });
  expect(await focused()).toContain("third");
  await keyboard.press("Escape");
  expect(await hasFocus(ben.field("Message"))).toBe(true);
});

test("a reply quotes what it answers, and leads to it", async () => {
  const [ada, ben] = await pair();
  await ada.say("What is the **code**?");
  await line(ben, "What is the").focus();
  await ben.page.keyboard.press("r");
  await ben.page.getByText("Reply to").first().waitFor();
  await ben.page.keyboard.type("4711");
  await ben.page.keyboard.press("Enter");
  const answer = line(ada, "4711");
  const quote = answer.getByRole("button", { name: /Ada What is the code\?/ });
  await quote.click();
  await ada.page.locator(".message[data-found]").waitFor();
});

test("the arrow up in an empty field edits the last own message, and Escape leaves it as it was", async () => {
  const [ada, ben] = await pair();
  await ada.say("I come at fuor");
  await ben.sees("I come at fuor");
  const { keyboard } = ada.page;
  await ada.field("Message").focus();
  await keyboard.press("ArrowUp");
  expect(await ada.field("Message").inputValue()).toBe("I come at fuor");
  await keyboard.press("Escape");
  expect(await ada.field("Message").inputValue()).toBe("");
  await keyboard.press("ArrowUp");
  await ada.field("Message").fill("I come at four");
  await keyboard.press("Enter");
  await line(ben, "I come at four").getByText("changed").waitFor();
  expect(await ben.has("fuor")).toBe(false);
});

test("a message is deleted everywhere, after a question", async () => {
  const [ada, ben] = await pair();
  await ada.say("said too much");
  await ben.sees("said too much");
  await line(ada, "said too much").focus();
  await ada.page.keyboard.press("Delete");
  const dialog = ada.page.getByRole("dialog", { name: "Delete this message?" });
  await dialog.getByRole("button", { name: "Delete", exact: true }).click();
  for (const person of [ada, ben]) {
    await person.sees("This message was deleted.");
    expect(await person.has("said too much")).toBe(false);
  }
});

test("reactions are put on and taken off, and both see them", async () => {
  const [ada, ben] = await pair();
  await ada.say("shall we?");
  await line(ben, "shall we?").focus();
  await ben.page.keyboard.press("Enter");
  await ben.page.getByRole("menuitemcheckbox", { name: "Thumbs up" }).waitFor();
  await ben.page.keyboard.press("Enter");
  await expect.poll(() => hasFocus(line(ben, "shall we?"))).toBe(true);
  const chip = line(ada, "shall we?").getByRole("button", { name: /Ben/ });
  await chip.waitFor();
  await chip.click();
  await line(ben, "shall we?")
    .getByRole("button", { name: /Ben|you/ })
    .getByText("2")
    .waitFor();
  await line(ben, "shall we?").locator(".reaction").click();
  await line(ada, "shall we?").getByRole("button", { name: /you/ }).getByText("1").waitFor();
});

test("a mouse finds the tools at a line, a finger by a long press or a tap", async () => {
  const [ada, ben] = await pair();
  await ada.say("touch me");
  // What is typed after a reaction, or after none, is a message.
  for (const [tool, leave] of [
    ["React", () => ben.page.getByRole("menuitemcheckbox", { name: "Heart" }).click()],
    ["More", () => ben.page.keyboard.press("Escape")],
  ] as const) {
    await line(ben, "touch me").hover();
    await ben.page.getByTitle(tool).click();
    await ben.page.getByRole("menuitem", { name: "Reply" }).waitFor();
    await leave();
    await expect.poll(() => hasFocus(ben.field("Message"))).toBe(true);
  }
  // A finger that rests.
  await line(ben, "touch me").dispatchEvent("pointerdown", { pointerType: "touch", bubbles: true });
  await ben.page.getByRole("menuitem", { name: "Reply" }).waitFor();
});

test("search finds across formatting, counts, and steps", async () => {
  const [ada] = await pair();
  for (const text of ["the **har**bour", "nothing", "a harbour, another harbour"])
    await ada.say(text);
  await ada.page.keyboard.press("Control+Shift+F");
  const field = ada.page.getByLabel("Search in this conversation");
  await field.waitFor();
  await ada.page.keyboard.type("harbour");
  const count = ada.page.locator(".search-count");
  await expect.poll(() => count.textContent()).toBe("1 of 3");
  await ada.page.keyboard.press("Enter");
  await expect.poll(() => count.textContent()).toBe("2 of 3");
  await ada.button("Older match").click();
  await expect.poll(() => count.textContent()).toBe("3 of 3");
  const painted = await ada.page.evaluate(() =>
    [...(CSS.highlights.get("found-now") ?? [])].map((range) => range.toString()),
  );
  expect(painted).toEqual(["harbour"]);
  await field.fill("not there");
  await expect.poll(() => count.textContent()).toBe("Nothing found");
  await field.press("Escape");
  await field.waitFor({ state: "detached" });
  expect(await ada.page.evaluate(() => CSS.highlights.size)).toBe(0);
});

test("search finds what comes meanwhile and what is folded twice, and nothing that the page says itself", async () => {
  const [ada, ben] = await pair();
  await ada.say("İstanbul Harbour");
  await ada.say(
    "<details><summary>one</summary><details><summary>two</summary>an anchor</details></details>",
  );
  await ada.say("```js\nlet copied;\n```");
  await ada.say("![picture](https://example.org/a.png)");
  await ada.page.locator(".rich-code-head").waitFor();
  await ada.page.locator(".rich-load-why").waitFor();
  await ada.page.keyboard.press("Control+Shift+F");
  const field = ada.page.getByLabel("Search in this conversation");
  const count = ada.page.locator(".search-count");
  await field.fill("harbour");
  await expect.poll(() => count.textContent()).toBe("1 of 1");
  const painted = () =>
    ada.page.evaluate(() =>
      [...(CSS.highlights.get("found-now") ?? [])].map((range) => range.toString()),
    );
  expect(await painted()).toEqual(["Harbour"]);
  await ben.say("another **har**bour");
  await expect.poll(() => count.textContent()).toBe("2 of 2");
  expect(await painted()).toEqual(["Harbour"]);
  for (const ours of ["copy", "not loaded", "javascript", "press to"]) {
    await field.fill(ours);
    await expect.poll(() => count.textContent(), { message: ours }).toBe("Nothing found");
  }
  await field.fill("anchor");
  await expect.poll(() => count.textContent()).toBe("1 of 1");
  await ada.page.getByText("an anchor").waitFor();
  expect(await ada.page.locator(".message details:not([open])").count()).toBe(0);
});

test("what comes while nobody looks is counted in the title, and marked; the title says nothing else", async () => {
  const [ada, ben] = await pair();
  await ada.say("seen");
  await ben.sees("seen");
  expect(await ben.page.title()).toBe("Sanctuary");
  await ben.page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await ada.say("missed one");
  await ada.say("missed two");
  await expect.poll(() => ben.page.title()).toBe("(2) Sanctuary");
  const marked = ben.page.locator("[data-unread]");
  await expect.poll(() => marked.count()).toBe(1);
  expect(await marked.textContent()).toContain("missed one");
  await ben.page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", {
      get: () => "visible",
      configurable: true,
    });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expect.poll(() => ben.page.title()).toBe("Sanctuary");
  await ben.say("I am back");
  await expect.poll(() => marked.count()).toBe(0);
});

test("typing and reading are told to the others only by those who want it", async () => {
  const [ada, ben] = await pair();
  await ada.field("Message").pressSequentially("hm");
  await ada.say("before");
  await ben.sees("before");
  expect(await ben.has("is typing")).toBe(false);
  await ada.button("Room menu").click();
  await ada.page.getByRole("menuitem", { name: "Settings" }).click();
  for (const name of ["That you are typing", "What you have read"])
    await ada.page.getByRole("switch", { name }).check();
  await ada.page.keyboard.press("Escape");
  await ada.field("Message").pressSequentially("hm");
  await ben.sees("Ada is typing");
  await ben.say("did you read this?");
  await ben.sees(/Read by Ada/);
});

test("cover traffic is turned on for all, and everybody is told", async () => {
  const [ada, ben] = await pair();
  await ada.button("Room menu").click();
  await ada.page.getByRole("menuitem", { name: "Settings" }).click();
  await ada.page.getByRole("switch", { name: "Cover traffic" }).check();
  await ben.sees(/Ada turned cover traffic on/);
});

test("a long message is shown in part, a heavy one as it was typed, and both whole when asked", async () => {
  const [ada, ben] = await pair();
  await ada.say(`**long** ${"and longer ".repeat(400)}`);
  const long = line(ben, "and longer").first();
  await long.locator("strong").waitFor();
  const height = async () => (await long.boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(450);
  await long.getByRole("button", { name: "Show all of it" }).click();
  expect(await height()).toBeGreaterThan(450);
  await ada.say(`**heavy** ${"and heavier ".repeat(2_000)}`);
  const heavy = line(ben, "and heavier").first();
  await heavy.getByText("shown as it was written").waitFor();
  await heavy.getByRole("button", { name: "Format it" }).click();
  await heavy.locator("strong", { hasText: "heavy" }).waitFor();
});
