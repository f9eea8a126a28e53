/** What the help promises of keys, and what the settings promise of alerts; and that fingers find what keys do. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();

async function room(others: readonly string[]): Promise<Person[]> {
  const [ada] = await house.people(1);
  const rest: readonly Person[] = await house.people(others.length);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  for (const [i, alias] of others.entries()) await rest[i]?.join(invitation, alias);
  if (others.length > 0) await ada.sees(new RegExp(`${others.at(-1)} joined`));
  return [ada, ...rest];
}

const line = ({ page }: Person, text: string | RegExp): Locator =>
  page.locator(".message", { hasText: text });

const typed = (person: Person): Promise<string> => person.field("Message").inputValue();

test("each key of a message does what the help says", async () => {
  const [ada, ben] = (await room(["Ben"])) as [Person, Person];
  const { keyboard } = ada.page;
  await ada.say("my own");
  await ben.say("of **Ben**");
  await ada.sees("of Ben");

  await line(ada, "my own").focus();
  await keyboard.press("e");
  expect(await typed(ada)).toBe("my own");
  await keyboard.type(" words");
  await keyboard.press("Enter");
  await line(ben, "my own words").getByText("changed").waitFor();

  await line(ada, "of Ben").focus();
  await keyboard.press("c");
  const pasted = async () => {
    await ada.field("Message").fill("");
    await keyboard.press("Control+v");
    return typed(ada);
  };
  await ada.page.getByRole("status").getByText("Copied", { exact: true }).waitFor();
  await expect.poll(pasted).toBe("of **Ben**");
  await ada.field("Message").fill("");

  await line(ada, "of Ben").focus();
  await keyboard.press("w");
  await ada.page.getByText(/nobody else can read it/).waitFor();
  await keyboard.type("for you");
  await keyboard.press("Enter");
  await ben.page.locator(".message[data-whisper]", { hasText: "for you" }).waitFor();
  await keyboard.press("Escape");

  await line(ada, "of Ben").focus();
  await keyboard.press("r");
  await keyboard.type("an answer");
  await keyboard.press("Enter");
  await line(ben, "an answer")
    .getByRole("button", { name: /of Ben/ })
    .waitFor();

  // Nothing of another's is edited or deleted by them.
  await line(ada, "of Ben").first().focus();
  await keyboard.press("e");
  await keyboard.press("Delete");
  expect(await typed(ada)).toBe("");
  expect(await ada.page.getByRole("dialog").count()).toBe(0);

  const menu = ada.page.getByRole("menu", { name: "What to do with this message" });
  for (const key of ["Enter", "Shift+F10", "ContextMenu"]) {
    await line(ada, "my own words").focus();
    await keyboard.press(key);
    await menu.waitFor();
    await keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
  }
});

test("a menu is walked by arrows, Home and End, and leads back to its message", async () => {
  const [ada] = (await room([])) as [Person];
  const { keyboard } = ada.page;
  await ada.say("walk");
  await line(ada, "walk").focus();
  await keyboard.press("Enter");
  const menu = ada.page.getByRole("menu", { name: "What to do with this message" });
  await menu.waitFor();
  const now = () => ada.page.evaluate(() => document.activeElement?.textContent ?? "");
  await keyboard.press("End");
  expect(await now()).toMatch(/^Delete/);
  await keyboard.press("Enter");
  await ada.page.getByRole("dialog", { name: "Delete this message?" }).waitFor();
  await keyboard.press("Escape");
  await line(ada, "walk").waitFor();
});

test("/whisper to two reaches both and nobody else, by keyboard alone", async () => {
  const [ada, ben, eve, dan] = (await room(["Ben", "Eve", "Dan"])) as Person[];
  if (!ada || !ben || !eve || !dan) throw new Error("nobody came");
  await ada.field("Message").focus();
  await ada.page.keyboard.type("/whisper Ben, Eve: the two of you");
  await ada.page.keyboard.press("Enter");
  for (const person of [ben, eve])
    await person.page.locator(".message[data-whisper]", { hasText: "the two of you" }).waitFor();
  await ada.say("for all");
  await dan.sees("for all");
  expect(await dan.has("the two of you")).toBe(false);
});

test("neither tone nor notification comes unasked; asked for, a notification says that there is a message and no more", async () => {
  const [ada, ben] = await house.people(2);
  if (!ada || !ben) throw new Error("nobody came");
  await ben.page.context().grantPermissions(["notifications"]);
  // The real ones, counted.
  await ben.page.addInitScript(() => {
    const seen = { tones: 0, asked: 0, notes: [] as unknown[][] };
    Object.assign(window, { seen });
    window.AudioContext = class extends AudioContext {
      constructor() {
        super();
        seen.tones += 1;
      }
    };
    const Real = Notification;
    const ask = Real.requestPermission.bind(Real);
    window.Notification = class extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        seen.notes.push([title, options]);
      }
      static override requestPermission() {
        seen.asked += 1;
        return ask();
      }
    };
  });
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Greenhouse" });
  await ben.join(invitation, "Ben");
  const look = (state: DocumentVisibilityState) =>
    ben.page.evaluate((now) => {
      Object.defineProperty(document, "visibilityState", { get: () => now, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
  type Seen = { tones: number; asked: number; notes: unknown[][] };
  const seen = () => ben.page.evaluate(() => (window as unknown as { seen: Seen }).seen);

  await look("hidden");
  await ada.say("unasked");
  await expect.poll(() => ben.page.title()).toBe("(1) Sanctuary");
  expect(await seen()).toEqual({ tones: 0, asked: 0, notes: [] });
  await look("visible");

  await ben.button("Room menu").click();
  await ben.page.getByRole("menuitem", { name: "Settings" }).click();
  await ben.page.getByRole("switch", { name: /A tone for new messages/ }).check();
  await ben.page.getByRole("switch", { name: /A notification for new messages/ }).check();
  await ben.page.keyboard.press("Escape");
  const { tones, asked } = await seen();
  expect([tones, asked]).toEqual([1, 1]);
  await ada.say("looked at");
  await ben.sees("looked at");
  expect((await seen()).notes).toEqual([]);

  await look("hidden");
  await ada.say("a secret");
  await expect.poll(async () => (await seen()).notes.length).toBe(1);
  const after = await seen();
  expect(after.tones).toBe(2);
  const said = JSON.stringify(after.notes);
  expect(said).toContain("New message");
  for (const word of ["a secret", "Ada", "Ben", "Greenhouse"]) expect(said).not.toContain(word);

  // With the room, it is forgotten.
  await look("visible");
  await ben.button("Leave").click();
  await ben.page.getByRole("dialog").getByRole("button", { name: "Leave", exact: true }).click();
  await ben.isAtTheEnd("left");
  await ben.page.getByText("Start over", { exact: true }).click();
  await ben.field("Alias").fill("Ben");
  await ben.field("Room name").fill("Shed");
  await ben.field("Password").fill("a passphrase for the tests");
  await ben.button("Create room").click();
  await ben.isInside();
  await ben.button("Room menu").click();
  await ben.page.getByRole("menuitem", { name: "Settings" }).click();
  for (const name of [/A tone for new messages/, /A notification for new messages/])
    expect(await ben.page.getByRole("switch", { name }).isChecked()).toBe(false);
});

test("on a phone, what is pressed in a room is large enough for a finger", async () => {
  const ada = await house.person({ viewport: { width: 360, height: 740 }, touch: true });
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  const [ben] = await house.people(1);
  await ben?.join(invitation, "Ben");
  await ben?.say("touch [this](https://example.org) and that");
  await ada.sees("touch");

  /** What a finger meets on less than 44 × 44 px; links within text are as large as their text. */
  const small = (root: string) =>
    ada.page.evaluate((within) => {
      const all = document.querySelectorAll<HTMLElement>(
        `${within} :is(button, input, textarea, select, summary, [role^=menuitem])`,
      );
      const found: string[] = [];
      for (const element of all) {
        const target = element.closest("label") ?? element;
        if (!target.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (element.closest(".unseen, .message-body")) continue;
        const { x, y, width, height } = target.getBoundingClientRect();
        // The area may be larger than the box.
        const meets = (dx: number, dy: number) => {
          const at = document.elementFromPoint(x + width / 2 + dx, y + height / 2 + dy);
          return at !== null && target.contains(at);
        };
        const wide = width >= 44 || (meets(-21.5, 0) && meets(21.5, 0));
        const high = height >= 44 || (meets(0, -21.5) && meets(0, 21.5));
        const name = element.textContent?.trim() || element.ariaLabel || element.title;
        if (!wide || !high) found.push(`${name} ${Math.round(width)}×${Math.round(height)}`);
      }
      return found;
    }, root);
  expect(await small("body")).toEqual([]);
  await line(ada, "touch").tap({ position: { x: 20, y: 12 } });
  await ada.page.getByTitle("More").waitFor();
  expect(await small("body")).toEqual([]);
  await ada.page.getByTitle("More").tap();
  await ada.page.getByRole("menu").waitFor();
  expect(await small("[role=menu]")).toEqual([]);
  await ada.page.getByRole("menuitem", { name: "Reply" }).tap();
  await ada.page.getByText("Reply to").first().waitFor();
  expect(await small("body")).toEqual([]);
  await ada.button("Room menu").tap();
  await ada.page.getByRole("menu").waitFor();
  expect(await small("[role=menu]")).toEqual([]);
  await ada.page.getByRole("menuitem", { name: "Settings" }).tap();
  await ada.page.getByRole("dialog").waitFor();
  expect(await small("[role=dialog], dialog")).toEqual([]);
  await ada.page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
  await ada.button("2 people").tap();
  await ada.button("Whisper to Ben").waitFor();
  expect(await small("[role=dialog], dialog")).toEqual([]);
  await ada.button("Whisper to Ben").tap();
  await ada.page.getByText("Whisper to Ben").waitFor();
  expect(await ada.field("Message").evaluate((it) => it === document.activeElement)).toBe(true);
  // Nobody without a keyboard is told of keys.
  await ada.button("Room menu").tap();
  await ada.page.getByRole("menuitem", { name: "Commands" }).tap();
  const help = ada.page.getByRole("dialog", { name: "Commands" });
  await help.getByText("/whisper").waitFor();
  expect(await help.locator("kbd").count()).toBe(0);
  expect(await help.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  await help.getByRole("button", { name: "Close" }).tap();
  await ada.button("Purge").tap();
  expect(await ada.page.getByRole("dialog").locator("kbd").count()).toBe(0);
});
