/**
 * The device of somebody who was in a room: a browser profile on disk, searched file by file after the browser is closed.
 * The link of a door may stand in it (Chromium writes down every address that is opened), and what the tab kept to come back
 * after a refresh (Chromium writes that down within seconds, and forgets it only when it is started again); nothing else
 * may, and what was kept must open nothing once the session is over. The search does not look into what Chromium
 * compresses (the older tables of its databases).
 */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { deriveRoot, parseLink } from "../src/e2ee";
import { launchProfile } from "./harness/browser";
import { Clock } from "./harness/clock";
import { openHouse } from "./harness/house";
import { keptBelow, tryToResume } from "./harness/kept";
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

/** A little more than the relay waits for somebody who was lost (docs/PROTOCOL.md, section 12), in seconds. */
const BEYOND_GRACE_S = 61;

const clock = new Clock();
afterAll(() => clock.remove());
const house = openHouse({ clock });
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

describe("what the tab kept stands on the disk, and resumes nothing", () => {
  /** Has somebody enter a room on the device, until what the tab keeps stands on the disk. */
  async function enter(lifetimeMinutes = 60) {
    const context = await launchProfile(profile);
    house.watch.follow(context);
    const ada = new Person(context.pages()[0] ?? (await context.newPage()));
    const { alias, password } = SECRETS;
    const invitation = await ada.create(house.origin, { alias, password, lifetimeMinutes });
    await expect.poll(() => keptBelow(profile).size, { timeout: 60_000 }).toBe(1);
    return { context, ada, invitation };
  }

  /** Ends all of the browser at once, as a crash or a power cut would. */
  async function kill(context: BrowserContext): Promise<void> {
    const closed = new Promise((resolve) => context.once("close", resolve));
    // "host-process", by which Chromium keeps a second one away from the profile.
    process.kill(Number(readlinkSync(join(profile, "SingletonLock")).split("-").at(-1)), "SIGKILL");
    await closed;
  }

  /** What the relay says to whoever reads the disk now. */
  const tryAll = () =>
    Promise.all([...keptBelow(profile).keys()].map((kept) => tryToResume(house.origin, kept)));

  test("after the room was left", async () => {
    const { context, ada } = await enter();
    await ada.leave();
    expect(await tryAll()).toEqual([{ answer: "gone" }]);
    await context.close();
    expect(await tryAll()).toEqual([{ answer: "gone" }]);
  });

  test("after the room was purged", async () => {
    const { context, ada } = await enter();
    await ada.purge();
    await context.close();
    expect(await tryAll()).toEqual([{ answer: "gone" }]);
  });

  test("after the room expired, the browser long killed", async () => {
    const { context } = await enter(5);
    await kill(context);
    clock.advance(5 * 60 + 1);
    expect(await tryAll()).toEqual([{ answer: "gone" }]);
  });

  for (const [how, end] of [
    ["closed", (context: BrowserContext) => context.close()],
    ["killed", kill],
  ] as const) {
    test(`after the browser was ${how} in the room and the grace is over; control: within it, it does`, async () => {
      const { context, invitation } = await enter();
      const ben = await house.person();
      await ben.join(invitation, SECRETS.guest);
      await end(context);
      const [resumed] = await tryAll();
      const { alias, password } = SECRETS;
      expect(resumed).toMatchObject({ answer: "resumed", capsule: { alias, password } });
      // Whoever resumed is lost again, and the relay waits as long once more, from when it has noticed.
      const tryAfterGrace = () => {
        clock.advance(BEYOND_GRACE_S);
        return tryAll();
      };
      await expect
        .poll(tryAfterGrace, { timeout: 10_000, interval: 500 })
        .toEqual([{ answer: "gone" }]);
      // It was the session that ended, and not the room.
      await ben.say(SECRETS.answer);
      await ben.sees(SECRETS.answer);
    });
  }
});
