/**
 * The device of somebody who was in a room: a browser profile on disk, searched file by file after the browser is closed.
 * The link of a door may stand in it (Chromium writes down every address that is opened), and nothing else may. The search
 * does not look into what Chromium compresses (the older tables of its databases).
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { deriveRoot, parseLink } from "../src/e2ee";
import { launchProfile } from "./harness/browser";
import { openHouse } from "./harness/house";
import { findNeedles, type Needle, needle } from "./harness/needles";
import { type Invitation, Person } from "./harness/person";

const SECRETS = {
  alias: "Aliascanary Ülkü",
  guest: "Guestcanary Œuvre",
  roomName: "Roomcanary Straße 7",
  password: "passwordcanary-quokka-91",
  wrong: "wrongcanary-numbat-17",
  message: "messagecanary: the papers are under the third stair",
  answer: "answercanary: I have them, going home now",
  draft: "draftcanary: not sent, only typed",
};
const PLANTED = "planted-canary-0123456789";

const house = openHouse();
let profile: string;
beforeEach(() => {
  profile = mkdtempSync(join(tmpdir(), "sanctuary-profile-"));
});
afterEach(() => rmSync(profile, { recursive: true, force: true }));

/** Opens the browser of the device, lets somebody use it, closes it, and answers with what stands in its files. */
async function useDevice(
  use: (person: Person) => Promise<readonly Needle[]>,
): Promise<{ found: string[] }> {
  const context = await launchProfile(profile);
  house.watch.follow(context);
  let needles: readonly Needle[];
  try {
    needles = await use(new Person(context.pages()[0] ?? (await context.newPage())));
  } finally {
    await context.close();
  }
  const files = readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const found = files.flatMap((file) =>
    findNeedles(needles, readFileSync(file)).map(
      (hit) => `${hit} in ${file.slice(profile.length)}`,
    ),
  );
  return { found };
}

/** What people typed, and what was made from it. */
async function secretsOf({ link, password }: Invitation): Promise<Needle[]> {
  const parsed = parseLink(link);
  if (parsed === undefined) throw new Error("the product's own link does not parse");
  return [
    ...Object.entries(SECRETS).map(([name, secret]) => needle(name, secret)),
    needle("root", await deriveRoot(password, parsed, {})),
  ];
}

/** Creates a room on the device, and talks with somebody on another. */
async function createAndTalk(ada: Person): Promise<Invitation> {
  const ben = await house.person();
  const { alias, roomName, password } = SECRETS;
  const invitation = await ada.create(house.origin, { alias, roomName, password });
  await ben.join(invitation, SECRETS.guest);
  await ada.say(SECRETS.message);
  await ben.sees(SECRETS.message);
  await ben.say(SECRETS.answer);
  await ada.sees(SECRETS.answer);
  await ada.field("Message").fill(SECRETS.draft);
  return invitation;
}

test("who created a room and left it has nothing of it on the device, not even the link", async () => {
  const { found } = await useDevice(async (ada) => {
    const invitation = await createAndTalk(ada);
    await ada.page.reload();
    await ada.isInside();
    await ada.leave();
    const [, secret = ""] = invitation.link.split("#");
    return [...(await secretsOf(invitation)), needle("link secret", secret)];
  });
  expect(found).toEqual([]);
});

test("nor has who closed the browser in the middle of it", async () => {
  const { found } = await useDevice(async (ada) => {
    const invitation = await createAndTalk(ada);
    const [, secret = ""] = invitation.link.split("#");
    return [...(await secretsOf(invitation)), needle("link secret", secret)];
  });
  expect(found).toEqual([]);
});

test("who joined by a link, after a wrong password, and closed the tab has no more than the link on the device", async () => {
  const { found } = await useDevice(async (ben) => {
    const ada = await house.person();
    const { alias, roomName, password } = SECRETS;
    const invitation = await ada.create(house.origin, { alias, roomName, password });
    await ben.page.goto(invitation.link);
    await ben.knock(SECRETS.wrong, SECRETS.guest);
    await ben.sees(/wrong password/i);
    await ben.enter(invitation, SECRETS.guest);
    await ada.say(SECRETS.message);
    await ben.sees(SECRETS.message);
    await ben.say(SECRETS.answer);
    await ada.sees(SECRETS.answer);
    await ben.field("Message").fill(SECRETS.draft);
    // Chromium writes down what stands in the fields of a page when it goes to another.
    await ben.page.goto(house.origin);
    await ben.page.close();
    return secretsOf(invitation);
  });
  expect(found).toEqual([]);
});

test("control: the link that was opened, what a page stores, and what is typed without precaution are found", async () => {
  const [typed, stored] = [`${PLANTED} typed`, `${PLANTED} stored Œ`];
  const { found } = await useDevice(async ({ page }) => {
    await page.goto(`${house.origin}/r/AAAAAAAAAAAAAAAAAAAAAA#${PLANTED}`);
    await page.evaluate((text) => localStorage.setItem("latin", `${text} é`), PLANTED);
    await page.evaluate((text) => localStorage.setItem("beyond", text), stored);
    await page.evaluate(() => document.body.prepend(document.createElement("textarea")));
    await page.locator("textarea").fill(typed);
    await page.evaluate(() => history.pushState(null, "", "/room"));
    return [
      needle("link", `#${PLANTED}`),
      needle("typed", typed),
      needle("latin", `${PLANTED} é`),
      needle("beyond", stored),
    ];
  });
  for (const hit of [
    /^link \(raw\) in .*History$/m,
    /^typed \(utf-16\) in .*Sessions/m,
    /^latin \(latin-1\) in .*Local Storage/m,
    /^beyond \(utf-16\) in .*Local Storage/m,
  ])
    expect(found.join("\n")).toMatch(hit);
});
