/**
 * What the browser must not do with what people type or read: keep it, correct it, translate it, complete it, or ask
 * anybody about it. Held on the page itself, on every screen, so that a new field cannot be forgotten.
 */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();

/** What every field that takes text must carry. */
const WANTED = {
  autocomplete: "off",
  autocorrect: "off",
  autocapitalize: "off",
  spellcheck: "false",
  writingsuggestions: "false",
  translate: "no",
};

/** The fields that take text, and those without one of the attributes; forms that may be completed, too. */
function fields({ page }: Person): Promise<{ count: number; faults: string[] }> {
  return page.evaluate((wanted) => {
    const told = (element: Element) => element.outerHTML.slice(0, 120);
    const all = [...document.querySelectorAll<HTMLElement>("input, textarea, [contenteditable]")];
    const texts = all.filter(
      (field) => !/checkbox|radio|range|file|button|submit/.test(field.getAttribute("type") ?? ""),
    );
    const faults = texts.flatMap((field) =>
      Object.entries(wanted)
        .filter(([name, value]) => field.getAttribute(name) !== value)
        .map(([name]) => `${name} on ${told(field)}`),
    );
    for (const form of document.forms) {
      if (form.autocomplete !== "off") faults.push(`autocomplete on ${told(form)}`);
    }
    if (document.documentElement.translate) faults.push("the page may be translated");
    if (
      document.querySelector("[translate=yes], [spellcheck=true], a[ping], link[rel=dns-prefetch]")
    )
      faults.push("something on the page undoes it");
    return { count: texts.length, faults };
  }, WANTED);
}

test("every field on every screen is kept from the browser", async () => {
  const [ada, ben] = await house.people(2);
  const seen: Record<string, number> = {};
  const check = async (screen: string, person: Person) => {
    const { count, faults } = await fields(person);
    expect(faults, screen).toEqual([]);
    seen[screen] = count;
  };
  await ada.page.goto(house.origin);
  await check("start", ada);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await check("room, with the invitation open", ada);
  await ben.page.goto(invitation.link);
  await ben.field("Password").waitFor();
  await check("door", ben);
  await ben.enter(invitation, "Ben");
  await ben.field("Message").fill("**formatted**");
  await ben.button("Preview").click();
  await check("room, with a preview", ben);
  await ben.button("Room menu").click();
  for (const item of await ben.page.getByRole("menuitem").allInnerTexts())
    expect(item).not.toBe("");
  await ben.page.keyboard.press("Escape");
  await ben.leave();
  await check("left", ben);
  await ada.purge();
  await check("purged", ada);
  // A screen without its fields would prove nothing.
  expect(seen.start).toBeGreaterThanOrEqual(4);
  expect(seen.door).toBeGreaterThanOrEqual(2);
  expect(seen["room, with a preview"]).toBeGreaterThanOrEqual(1);

  // The control: a field that somebody forgot is found.
  await ada.page.evaluate(() => document.body.append(document.createElement("textarea")));
  expect((await fields(ada)).faults).toHaveLength(Object.keys(WANTED).length);
});

/** Hints about the browser that a server may ask for; ours asks for none, so none are sent. */
const HINTS = /^ch-/;

test("the page may use nothing that browsers let pages ask for, but for copying", async () => {
  const ada = await house.person();
  await ada.page.goto(house.origin);
  const allowed = await ada.page.evaluate(() => {
    const { featurePolicy } = document as unknown as {
      featurePolicy: { features(): string[]; allowedFeatures(): string[] };
    };
    return { all: featurePolicy.features(), allowed: featurePolicy.allowedFeatures() };
  });
  expect(allowed.all.length).toBeGreaterThan(40);
  expect(allowed.allowed.filter((feature) => !HINTS.test(feature))).toEqual(["clipboard-write"]);
});
