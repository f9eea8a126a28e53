/** Writing by keyboard: every shortcut of the composer, every command, what is completed, and what is refused. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();

async function alone(): Promise<Person> {
  const ada = await house.person();
  await ada.create(house.origin, { alias: "Ada" });
  return ada;
}

async function pair(): Promise<[Person, Person]> {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.sees(/Ben joined/);
  return [ada, ben];
}

const typed = ({ page }: Person) => page.getByLabel("Message", { exact: true }).inputValue();

/** Writes by keys, in a field that is empty. */
async function write(person: Person, text: string): Promise<void> {
  await person.field("Message").fill("");
  await person.field("Message").focus();
  await person.page.keyboard.type(text);
}

/** Selects the last letters before the caret. */
async function selectLast(person: Person, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await person.page.keyboard.press("Shift+ArrowLeft");
}

test.each([
  ["Control+b", "**word**"],
  ["Control+i", "*word*"],
  ["Control+e", "`word`"],
  ["Control+Shift+X", "~~word~~"],
  ["Control+k", "[word](https://)"],
  ["Control+Shift+Digit9", "> a word"],
  ["Control+Shift+Digit8", "- a word"],
  ["Control+Shift+Digit7", "1. a word"],
])("%s makes %s, again takes it away, and the browser undoes it", async (keys, expected) => {
  const ada = await alone();
  const { keyboard } = ada.page;
  await write(ada, "a word");
  await selectLast(ada, 4);
  await keyboard.press(keys);
  const formatted = await typed(ada);
  expect(formatted).toContain(expected);
  await keyboard.press("Control+z");
  await expect.poll(() => typed(ada)).toBe("a word");
  await keyboard.press("Control+Shift+Z");
  await expect.poll(() => typed(ada)).toBe(formatted);
  if (keys === "Control+k") return;
  await write(ada, "a word");
  await selectLast(ada, 4);
  await keyboard.press(keys);
  await keyboard.press(keys);
  expect(await typed(ada)).toBe("a word");
});

test("Enter sends, Shift+Enter breaks the line, and a list goes on and ends", async () => {
  const [ada, ben] = await pair();
  const { keyboard } = ada.page;
  await write(ada, "- one");
  await keyboard.press("Shift+Enter");
  await keyboard.type("two");
  expect(await typed(ada)).toBe("- one\n- two");
  await keyboard.press("Shift+Enter");
  await keyboard.press("Shift+Enter");
  expect(await typed(ada)).toBe("- one\n- two\n");
  await keyboard.press("Enter");
  await expect.poll(() => typed(ada)).toBe("");
  await expect.poll(() => ben.page.locator(".message li").allInnerTexts()).toEqual(["one", "two"]);
});

test("on a screen to touch, Enter breaks the line and the button sends; formats are buttons large enough", async () => {
  const ada = await house.person({ viewport: { width: 360, height: 740 }, touch: true });
  await ada.create(house.origin, { alias: "Ada" });
  await write(ada, "one");
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.type("two");
  expect(await typed(ada)).toBe("one\ntwo");
  await ada.button("Formatting").tap();
  const bar = ada.page.getByRole("toolbar", { name: "Formatting" });
  for (const button of await bar.getByRole("button").all()) {
    const box = await button.boundingBox();
    expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
  }
  await selectLast(ada, 3);
  await bar.getByRole("button", { name: "Bold" }).tap();
  expect(await typed(ada)).toBe("one\n**two**");
  const over = await ada.page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(over).toBe(false);
  await ada.button("Send").tap();
  await ada.page.locator(".message strong").waitFor();
});

test.each([
  ["under", 440],
  ["without", 740],
])(
  "%s the keyboard of a phone, what is written, its preview and its formats leave Send and Purge in sight",
  async (_, height) => {
    for (const dark of [false, true]) {
      const ada = await house.person({ viewport: { width: 360, height }, touch: true, dark });
      await ada.create(house.origin, { alias: "Ada" });
      await ada.say("before");
      const lines = Array.from({ length: 8 }, (_, i) => `Line **${i + 1}** of what is written`);
      await ada.field("Message").fill(lines.join("\n\n"));
      await ada.button("Formatting").tap();
      await ada.button("Preview").tap();
      await ada.page.locator(".preview strong").first().waitFor();
      await ada.page.getByRole("toolbar", { name: "Formatting" }).waitFor();
      for (const name of ["Send", "Purge", "Formatting", "Preview"]) {
        const box = await ada.button(name).boundingBox();
        expect(box?.y, name).toBeGreaterThanOrEqual(0);
        expect((box?.y ?? 0) + (box?.height ?? 0), name).toBeLessThanOrEqual(height);
        expect(box?.height, name).toBeGreaterThanOrEqual(44);
      }
      const field = await ada.field("Message").boundingBox();
      expect(field?.height).toBeGreaterThanOrEqual(88);
      const scrolls = await ada.page.evaluate(() => {
        const { scrollHeight, clientHeight } = document.documentElement;
        return scrollHeight > clientHeight;
      });
      expect(scrolls).toBe(false);
    }
  },
);

test("commands are offered after a slash, and taken by arrows, Tab, Enter and Escape", async () => {
  const ada = await alone();
  const { keyboard } = ada.page;
  const field = ada.field("Message");
  await write(ada, "/");
  const list = ada.page.getByRole("listbox", { name: "Commands" });
  const options = list.getByRole("option");
  await list.waitFor();
  const all = await options.count();
  for (const name of [
    "leave",
    "purge",
    "kick",
    "whisper",
    "me",
    "nick",
    "clear",
    "burn",
    "safety",
    "help",
  ])
    expect(await options.filter({ hasText: `/${name}` }).count()).toBe(1);
  expect(await field.getAttribute("aria-haspopup")).toBe("listbox");
  const active = () => field.getAttribute("aria-activedescendant");
  const first = await active();
  await keyboard.press("ArrowDown");
  expect(await active()).not.toBe(first);
  await keyboard.press("ArrowUp");
  await keyboard.press("ArrowUp");
  expect(await options.nth(all - 1).getAttribute("aria-selected")).toBe("true");
  await keyboard.press("Escape");
  await list.waitFor({ state: "detached" });
  expect(await typed(ada)).toBe("/");
  await keyboard.type("sa");
  await list.waitFor();
  await keyboard.press("Tab");
  expect(await typed(ada)).toBe("/safety");
  await keyboard.press("Enter");
  await ada.page.getByRole("dialog", { name: "Safety phrase" }).waitFor();
  await keyboard.press("Escape");
  await expect.poll(() => typed(ada)).toBe("");
});

test("an unknown command is refused in the composer, and two slashes are one", async () => {
  const [ada, ben] = await pair();
  const { keyboard } = ada.page;
  await write(ada, "/frobnicate now");
  await keyboard.press("Enter");
  await ada.page.getByRole("alert").filter({ hasText: "no command /frobnicate" }).waitFor();
  expect(await typed(ada)).toBe("/frobnicate now");
  expect(await ada.page.locator(".message").count()).toBe(0);
  await write(ada, "/safety now");
  await keyboard.press("Enter");
  await ada.page.getByRole("alert").filter({ hasText: "stands alone" }).waitFor();
  await write(ada, "//usr/bin is a folder");
  await keyboard.press("Enter");
  await ben.sees("/usr/bin is a folder");
  expect(await ben.has("frobnicate")).toBe(false);
});

test("/leave and /purge ask as their buttons do", async () => {
  const [ada, ben] = await pair();
  await write(ada, "/leave");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("dialog", { name: "Leave this room?" }).waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.isInside();
  await write(ada, "/purge");
  await ada.page.keyboard.press("Enter");
  const dialog = ada.page.getByRole("dialog", { name: "Purge this room?" });
  await dialog.getByRole("button", { name: "Purge", exact: true }).click();
  await ada.isAtTheEnd("purged");
  await ben.isAtTheEnd("purged");
});

test("/leave leads out", async () => {
  const ada = await alone();
  await write(ada, "/leave");
  await ada.page.keyboard.press("Enter");
  const dialog = ada.page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Leave", exact: true }).click();
  await ada.isAtTheEnd("left");
});

test("/kick completes an alias, refuses who is not here, and asks as the button does", async () => {
  const [ada, ben] = await pair();
  const { keyboard } = ada.page;
  await write(ada, "/kick Nobody");
  await keyboard.press("Enter");
  await ada.page.getByRole("alert").filter({ hasText: "Nobody here goes by Nobody" }).waitFor();
  await write(ada, "/kick b");
  await ada.page.getByRole("listbox", { name: "People" }).waitFor();
  await keyboard.press("Tab");
  expect(await typed(ada)).toBe("/kick Ben ");
  await keyboard.press("Enter");
  const dialog = ada.page.getByRole("dialog", { name: "Remove this person?" });
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await ben.isAtTheEnd("removed");
});

test("/me, /clear and /help", async () => {
  const [ada, ben] = await pair();
  const { keyboard } = ada.page;
  await write(ada, "/me nods");
  await keyboard.press("Enter");
  await expect.poll(() => ben.page.locator(".message em").allInnerTexts()).toEqual(["Ada nods"]);
  // Who hears the page hears the alias once.
  await ben.page
    .getByText("Ada", { exact: true })
    .and(ben.page.locator("[aria-hidden=true]"))
    .waitFor();
  await write(ada, "/clear");
  await keyboard.press("Enter");
  await expect.poll(() => ada.page.locator(".message").count()).toBe(0);
  expect(await ben.page.locator(".message").count()).toBe(1);
  await write(ada, "/help");
  await keyboard.press("Enter");
  const help = ada.page.getByRole("dialog", { name: "Commands and keys" });
  await help.getByText("/whisper").waitFor();
  await help.getByText("Ctrl+B").waitFor();
  // It opens at its beginning, and what is read first is its title.
  const heading = help.getByRole("heading", { name: "Commands and keys" });
  expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await help.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  await keyboard.press("Tab");
  expect(
    await help
      .getByRole("button", { name: "Close" })
      .evaluate((it) => it === document.activeElement),
  ).toBe(true);
});

test("/whisper reaches one, and the third sees nothing of it", async () => {
  const [ada, ben, eve] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await eve.join(invitation, "Eve");
  await ada.sees(/Eve joined/);
  const { keyboard } = ada.page;
  await write(ada, "/whisper be");
  await keyboard.press("Tab");
  await keyboard.type("only you");
  await keyboard.press("Enter");
  const whisper = ben.page.locator(".message[data-whisper]", { hasText: "only you" });
  await whisper.getByText("Whisper", { exact: true }).waitFor();
  // Without a message it stays so, until Escape.
  await write(ada, "/whisper Ben");
  await keyboard.press("Escape");
  await keyboard.press("Enter");
  await ada.page.getByText(/nobody else can read it/).waitFor();
  await keyboard.type("and this");
  await keyboard.press("Enter");
  await ben.page.locator(".message[data-whisper]", { hasText: "and this" }).waitFor();
  await keyboard.press("Escape");
  await keyboard.type("now for all");
  await keyboard.press("Enter");
  await eve.sees("now for all");
  for (const secret of ["only you", "and this"]) expect(await eve.has(secret)).toBe(false);
});

test("a blank before /whisper publishes nothing, and an answer to a burnt whisper is not sent openly", async () => {
  const [ada, ben, eve] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await eve.join(invitation, "Eve");
  await ada.sees(/Eve joined/);
  await write(ada, " /whisper Ben blank before");
  await ada.page.keyboard.press("Enter");
  await ben.page.locator(".message[data-whisper]", { hasText: "blank before" }).waitFor();
  await write(ada, "/whisper Ben");
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByText(/nobody else can read it/).waitFor();
  await write(ada, "/burn 8s burns soon");
  await ada.page.keyboard.press("Enter");
  const burning = ben.page.locator(".message", { hasText: "burns soon" });
  await burning.focus();
  await ben.page.keyboard.press("r");
  await ben.page.getByText(/in reply to/).waitFor();
  await ben.page.keyboard.type("our secret");
  await burning.waitFor({ state: "detached" });
  expect(await ben.has("burns soon")).toBe(false);
  await ben.page.keyboard.press("Enter");
  await ben.page.getByRole("alert").filter({ hasText: "Nothing was sent" }).waitFor();
  expect(await typed(ben)).toBe("our secret");
  expect(await ben.page.locator(".message", { hasText: "our secret" }).count()).toBe(0);
  // Without the reply it is a whisper still.
  await ben.page.keyboard.press("Escape");
  await ben.page.keyboard.press("Enter");
  await ada.page.locator(".message[data-whisper]", { hasText: "our secret" }).waitFor();
  await ada.page.keyboard.press("Escape");
  await ada.say("for all");
  await eve.sees("for all");
  for (const secret of ["blank before", "burns soon", "our secret"])
    expect(await eve.has(secret)).toBe(false);
});

test("/lock keeps newcomers out, and the menu lets them in again", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  const { keyboard } = ada.page;
  const header = ada.page.getByRole("img", { name: /^Locked/ });
  await write(ada, "/lock");
  await keyboard.press("Enter");
  await ada.sees(/You locked the room/);
  await header.waitFor();
  await ben.page.goto(invitation.link);
  await ben.knock(invitation.password, "Ben");
  await ben.page.getByText(/This room is locked/).waitFor();
  await ada.button("Room menu").click();
  await ada.page.getByRole("menuitem", { name: "Unlock: let newcomers in" }).click();
  await ada.sees(/You opened the room to newcomers/);
  await header.waitFor({ state: "detached" });
  await ben.knock(invitation.password, "Ben");
  await ben.isInside();
});

test("/burn makes a message that goes by itself on both screens", async () => {
  const [ada, ben] = await pair();
  await write(ada, "/burn soon");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("alert").filter({ hasText: "Write a time" }).waitFor();
  await write(ada, "/burn 3s ashes");
  await ada.page.keyboard.press("Enter");
  await ben.sees("ashes");
  for (const { page } of [ada, ben])
    await page.locator(".message", { hasText: "ashes" }).waitFor({ state: "detached" });
});

test("a mention is completed after @ and stands out for who is meant", async () => {
  const [ada, ben] = await pair();
  await write(ada, "hello @b");
  await ada.page.getByRole("listbox", { name: "People" }).waitFor();
  await ada.page.keyboard.press("Enter");
  expect(await typed(ada)).toBe("hello @Ben ");
  await ada.page.keyboard.press("Enter");
  await ben.page.locator(".message[data-mention] .mention[data-you]").waitFor();
});

test("/nick gives another alias, and refuses one that is taken", async () => {
  const [ada, ben] = await pair();
  const { keyboard } = ada.page;
  await write(ada, "/nick Ben");
  await keyboard.press("Enter");
  await ada.page.getByRole("alert").filter({ hasText: "Somebody here goes by that" }).waitFor();
  await write(ada, "/nick Heron");
  await keyboard.press("Enter");
  await ben.sees(/“Ada” is Heron now/);
  await expect.poll(() => typed(ada)).toBe("");
  await ada.say("under another name");
  await ben.page.locator(".run", { hasText: "under another name" }).getByText("Heron").waitFor();
});
