/** People write Markdown and HTML to each other. What attackers write is in rich/room.test.ts. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();

const message = ({ page }: Person) => page.locator(".message").last();

async function pair(): Promise<[Person, Person]> {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.sees(/Ben joined/);
  return [ada, ben];
}

test("what one writes formatted, the other sees formatted", async () => {
  const [ada, ben] = await pair();
  await ada.say("**important**: read `this`");
  await expect.poll(() => message(ben).locator("strong").allInnerTexts()).toEqual(["important"]);
  await ada.say("<table><tr><td>typed</td><td>by hand</td></tr></table>");
  await message(ben).getByRole("cell", { name: "by hand" }).waitFor();
  // Who wrote it sees it the same.
  await message(ada).getByRole("cell", { name: "by hand" }).waitFor();
  await ada.say("plain again");
  await ben.sees("plain again");
});

test("a link asks before it leads anywhere, and names its host", async () => {
  const [ada, ben] = await pair();
  await ada.say("[bank.example](https://elsewhere.example/login)");
  await message(ben).getByRole("link").click();
  const dialog = ben.page.getByRole("dialog");
  await dialog.getByText("elsewhere.example", { exact: true }).waitFor();
  await dialog.getByText(/but leads to elsewhere\.example/).waitFor();
  const open = dialog.getByRole("link", { name: "Open" });
  expect(await open.getAttribute("rel")).toContain("noreferrer");
  expect(await open.getAttribute("href")).toBe("https://elsewhere.example/login");
  await dialog.getByRole("button", { name: "Stay here" }).click();
  expect(ben.page.context().pages()).toHaveLength(1);
  expect(house.watch.hosts).toEqual(new Set([new URL(house.origin).host]));
});

test("a link's claim is all of its words, however they are formatted", async () => {
  const [ada, ben] = await pair();
  await ada.say("[b**ank.example**](https://elsewhere.example/login)");
  await message(ben).getByRole("link").click();
  const dialog = ben.page.getByRole("dialog");
  await dialog.getByText(/says “bank\.example”, but leads to elsewhere\.example/).waitFor();
});

test("a picture is not loaded: a press copies its address", async () => {
  const [ada, ben] = await pair();
  await ada.say("![the pier](https://pictures.example/pier.png)");
  await message(ben)
    .getByRole("button", { name: /Image at pictures\.example/ })
    .click();
  await message(ben).getByText("Copied").waitFor();
  await ben.field("Message").focus();
  await ben.page.keyboard.press("Control+V");
  await expect
    .poll(() => ben.field("Message").inputValue())
    .toBe("https://pictures.example/pier.png");
  expect(house.watch.hosts).toEqual(new Set([new URL(house.origin).host]));
});

test("code can be copied, and is coloured", async () => {
  const [ada, ben] = await pair();
  await ada.say("```js\nconst answer = 42; // once\n```");
  await message(ben).locator(".code-keyword").first().waitFor();
  await message(ben).getByRole("button", { name: "Copy" }).click();
  await message(ben).getByText("Copied").waitFor();
  await ben.field("Message").focus();
  await ben.page.keyboard.press("Control+V");
  await expect
    .poll(() => ben.field("Message").inputValue())
    .toContain("const answer = 42; // once");
});

test("the author sees in the preview what will be lost", async () => {
  const ada = await house.person();
  await ada.create(house.origin, { alias: "Ada" });
  await ada.field("Message").fill("plain");
  expect(await ada.button("Preview").count()).toBe(0);
  await ada
    .field("Message")
    .fill("**bold** <script>x</script><p onclick=x style='position:fixed'>y</p>");
  await ada.button("Preview").click();
  const preview = ada.page.getByRole("region", { name: "Preview" });
  await preview.locator("strong", { hasText: "bold" }).waitFor();
  for (const lost of ["<script>", "onclick=…", "position:fixed"])
    await preview.getByText(lost, { exact: true }).waitFor();
  await ada.field("Message").fill("<p hello, meet at five");
  await preview.getByText("<p hello, meet at five").waitFor();
  await ada.field("Message").fill("/me waves <!-- at nobody -->");
  await preview.locator("em", { hasText: "waves" }).waitFor();
  await preview.getByText("<!-- at nobody -->", { exact: true }).waitFor();
});

test("the preview formats each text once", async () => {
  const ada = await house.person();
  // The sanitizer parses each document once, and nothing else on the page parses any.
  await ada.page.addInitScript(`window.parsed = [];
    const parse = DOMParser.prototype.parseFromString;
    DOMParser.prototype.parseFromString = function (html, type) {
      window.parsed.push(String(html));
      return parse.call(this, html, type);
    };`);
  await ada.create(house.origin, { alias: "Ada" });
  await ada.field("Message").fill("**first** <i>x</i>");
  await ada.button("Preview").click();
  const preview = ada.page.getByRole("region", { name: "Preview" });
  await preview.locator("strong", { hasText: "first" }).waitFor();
  await ada.field("Message").fill("**second** <script>x</script>");
  await preview.locator("strong", { hasText: "second" }).waitFor();
  await preview.getByText("<script>", { exact: true }).waitFor();
  const parsed = (await ada.page.evaluate("window.parsed")) as string[];
  for (const word of ["first", "second"])
    expect(parsed.filter((html) => html.includes(`<strong>${word}`))).toHaveLength(1);
});

test.each([
  ["of line breaks", "<br>".repeat(700)],
  ["of few and high parts", '<div style="padding:1.5rem;font-size:2rem">x</div>'.repeat(12)],
  ["of narrow cells", `|a|b|c|d|e|f|\n|-|-|-|-|-|-|\n|${` ${"xyz ".repeat(110)}|`.repeat(6)}`],
  ["of broad letters without formatting", "W".repeat(2_900)],
])("a message is shown in part when it is high: %s", async (_, text) => {
  const [ada, ben] = await pair();
  await ada.say(text);
  for (const person of [ada, ben]) {
    const more = message(person).getByRole("button", { name: "Show all of it" });
    await more.waitFor();
    const height = async () => (await message(person).boundingBox())?.height ?? Number.NaN;
    expect(await height()).toBeLessThan(400);
    await more.click();
    await message(person).getByRole("button", { name: "Show less" }).waitFor();
    expect(await height()).toBeGreaterThan(700);
  }
});

test("what a reader opens in a message does not fold it", async () => {
  const [ada, ben] = await pair();
  await ada.say(`<details><summary>more</summary>${"x<br>".repeat(60)}</details>`);
  await message(ben).getByText("more", { exact: true }).click();
  await ben.sees("x");
  expect((await message(ben).boundingBox())?.height).toBeGreaterThan(700);
  expect(await message(ben).getByRole("button", { name: "Show all of it" }).count()).toBe(0);
});
