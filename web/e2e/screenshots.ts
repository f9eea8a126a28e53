/**
 * Takes the pictures of the docs from the real product: `make screenshots`.
 *
 * Each is docs/images/SCREEN-DEVICE-SCHEME.png: start, door and room, on a phone and a desktop, light and dark.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { launchChromium, openTab, VIEWPORTS, Watch } from "./harness/browser";
import { type Invitation, Person } from "./harness/person";
import { Relay } from "./harness/relay";

const folder = fileURLToPath(new URL("../../docs/images/", import.meta.url));

type Device = keyof typeof VIEWPORTS;
const looks = (["phone", "desktop"] as const).flatMap((device) =>
  ([false, true] as const).map((dark) => ({ device, dark })),
);

const picture = (screen: string, device: Device, dark: boolean) =>
  `${folder}${screen}-${device}-${dark ? "dark" : "light"}.png`;

async function visitor(browser: Browser, device: Device, dark: boolean): Promise<Person> {
  return new Person(await openTab(browser, new Watch(), { viewport: VIEWPORTS[device], dark }));
}

/** Waits until a change of colours and sizes is over: they fade. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  });
}

/** What the people in the pictures say to each other. */
const CONVERSATION = [
  ["mara", "I have the letters. All eleven, with dates."],
  ["jonas", "Good. Does anyone else know where they are?"],
  ["mara", "Only the three of us."],
  ["ines", "Then we meet the lawyer at four, as planned. Bring copies, leave the originals."],
  ["jonas", "And after that we purge this room."],
] as const;

async function takeStart(browser: Browser, origin: string): Promise<void> {
  for (const { device, dark } of looks) {
    const person = await visitor(browser, device, dark);
    await person.page.goto(origin);
    await person.field("Alias").fill("mara");
    await person.field("Room name").fill("Harbour office");
    await person.page.screenshot({ path: picture("start", device, dark) });
    await person.page.context().close();
  }
}

async function takeDoor(browser: Browser, invitation: Invitation): Promise<void> {
  for (const { device, dark } of looks) {
    const person = await visitor(browser, device, dark);
    await person.page.goto(invitation.link);
    await person.field("Password").waitFor();
    await person.page.screenshot({ path: picture("door", device, dark) });
    await person.page.context().close();
  }
}

/** One conversation, seen on four screens: the first person's look is changed between the pictures. */
async function takeRoom(browser: Browser, origin: string): Promise<Invitation> {
  const people = {
    mara: await visitor(browser, "desktop", true),
    jonas: await visitor(browser, "desktop", true),
    ines: await visitor(browser, "desktop", true),
  };
  const invitation = await people.mara.create(origin, {
    alias: "mara",
    roomName: "Harbour office",
    password: "tango-ivory-lantern-cable-orbit-maple",
  });
  const { page } = people.mara;
  await page.screenshot({ path: picture("invitation", "desktop", true) });
  await people.jonas.join(invitation, "jonas");
  await people.ines.join(invitation, "ines");
  for (const [name, text] of CONVERSATION) {
    await people[name].say(text);
    await people.mara.sees(text);
  }
  for (const { device, dark } of looks) {
    await people.jonas.page.setViewportSize(VIEWPORTS[device]);
    await people.jonas.page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
    await settle(people.jonas.page);
    await people.jonas.page.screenshot({ path: picture("room", device, dark) });
  }
  return invitation;
}

mkdirSync(folder, { recursive: true });
const [relay, browser] = await Promise.all([Relay.start(), launchChromium()]);
try {
  await takeStart(browser, relay.origin);
  await takeDoor(browser, await takeRoom(browser, relay.origin));
} finally {
  await browser.close();
  await relay.stop();
}
