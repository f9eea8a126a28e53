/**
 * Takes pictures of every scene of the gallery: phone, tablet and desktop, light and dark.
 *
 *   node scripts/gallery-shots.mjs FOLDER [SCENE-PART ...] [--only=phone-light,desktop-dark]
 *
 * Serves the gallery by Vite on a port of its own choosing, and drives Chromium ($CHROMIUM, /usr/bin/chromium). A picture is
 * FOLDER/SCENE-DEVICE-SCHEME.png. Ends with 1 if a page logged an error.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const DEVICES = {
  phone: {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
    deviceScaleFactor: 2,
  },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true, deviceScaleFactor: 1 },
  desktop: { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
};

/** What is done in a scene before its picture: dialogs and menus are states of a room. */
const press = (name) => async (page) => {
  await page.getByRole("button", { name, exact: true }).click();
};
const choose = (item) => async (page) => {
  await press("Room menu")(page);
  await page.getByRole("menuitem", { name: item }).click();
};
const DEEDS = {
  "room-talk+leave": press("Leave"),
  "room-talk+purge": press("Purge"),
  "room-talk+menu": press("Room menu"),
  "room-talk+safety": choose("Safety phrase"),
  "room-talk+invite": choose("Invite people"),
  "room-talk+remove": async (page) => {
    if (page.viewportSize().width < 900) await choose("People in the room")(page);
    await page.getByRole("button", { name: "Remove Jonas" }).click();
  },
  "room-talk+people": async (page) => {
    if (page.viewportSize().width < 900) await choose("People in the room")(page);
  },
  "room-talk+writing": async (page) => {
    await page
      .getByLabel("Message")
      .fill(
        "A first line\nand a second\nand a third that is quite a bit longer than the others are",
      );
  },
  "room-lively+commands": async (page) => {
    await page.getByLabel("Message").pressSequentially("/");
  },
  "room-lively+people": async (page) => {
    await page.getByLabel("Message").pressSequentially("/whisper ");
  },
  "room-lively+mistake": async (page) => {
    await page.getByLabel("Message").fill("/bing");
    await page.getByLabel("Message").press("Control+Enter");
  },
  "room-lively+formats": async (page) => {
    await press("Formatting")(page);
    await page.getByLabel("Message").fill("Some **bold** words");
  },
  "room-lively+whisper": async (page) => {
    await page.getByLabel("Message").fill("/whisper Jonas, Inés de la Cruz");
    await page.getByLabel("Message").press("Control+Enter");
    await page.getByLabel("Message").fill("Only for you two");
  },
  "room-lively+search": async (page) => {
    await page.keyboard.press("Control+Shift+F");
    await page.getByLabel("Search in this conversation").fill("the");
  },
  "room-lively+line-menu": async (page) => {
    await page.locator(".message").filter({ hasText: "lawyer" }).first().focus();
    await page.keyboard.press("Enter");
  },
  "room-lively+top": async (page) => {
    await page
      .getByRole("region", { name: "Conversation" })
      .evaluate((talk) => talk.scrollTo(0, 0));
    await page.waitForTimeout(100);
  },
  "room-lively+whispers": async (page) => {
    await page
      .locator(".message[data-whisper]")
      .first()
      .evaluate((line) => line.scrollIntoView({ block: "center" }));
    await page.waitForTimeout(100);
  },
  "room-lively+hover": async (page) => {
    await page.locator(".message").filter({ hasText: "lawyer" }).first().hover();
  },
  "room-lively+reply": async (page) => {
    await page.locator(".message").filter({ hasText: "lawyer" }).first().focus();
    await page.keyboard.press("r");
    await page.getByLabel("Message").fill("Of course.");
  },
  "room-lively+help": choose("Commands and keys"),
  "room-lively+settings": choose("Settings"),
  // The line comes after a second, the pill when something comes while one reads further up.
  "room-events+reconnecting": (page) => page.waitForTimeout(1_500),
  "room-many+above": async (page) => {
    await page
      .getByRole("region", { name: "Conversation" })
      .evaluate((talk) => talk.scrollTo(0, 200));
    await page.waitForTimeout(200);
    await page.evaluate(() => dispatchEvent(new Event("gallery:message")));
  },
  "room-talk+too-long": async (page) => {
    await page.getByLabel("Message").fill("too long ".repeat(8_000));
  },
  "room-talk+hover": async (page) => {
    await page.getByText("The address once more").hover();
    await page.getByText("Inés de la Cruz").last().hover({ trial: true });
  },
  "start+weak": async (page) => {
    await page.getByLabel("Password", { exact: true }).fill("sunshine42");
    await page.getByLabel("Lifetime").fill("15");
    await page.getByRole("button", { name: "Hide characters" }).click();
  },
  "room-talk+purged": async (page) => {
    await press("Purge")(page);
    await page.getByRole("alertdialog").getByRole("button", { name: "Purge" }).click();
    await page.waitForTimeout(600);
  },
};

const [folder, ...rest] = process.argv.slice(2);
if (!folder) {
  process.stderr.write("say where to put the pictures: node scripts/gallery-shots.mjs FOLDER\n");
  process.exit(2);
}
const only = rest
  .find((word) => word.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",");
const parts = rest.filter((word) => !word.startsWith("--"));
mkdirSync(folder, { recursive: true });

const root = fileURLToPath(new URL("../", import.meta.url));
const server = await createServer({
  root,
  logLevel: "error",
  server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
  cacheDir: join(folder, ".vite"),
});
await server.listen();
const address = `http://127.0.0.1:${server.httpServer.address().port}/gallery/gallery.html`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let faults = 0;
const page0 = await browser.newPage();
await page0.goto(address);
const names = await page0.locator("a").allTextContents();
await page0.close();
const scenes = [...names, ...Object.keys(DEEDS)].filter(
  (name) =>
    parts.length === 0 ||
    parts.some(
      (part) => name === part || (part.endsWith("*") && name.startsWith(part.slice(0, -1))),
    ),
);

for (const [device, options] of Object.entries(DEVICES)) {
  for (const colorScheme of ["light", "dark"]) {
    const look = `${device}-${colorScheme}`;
    if (only && !only.includes(look)) continue;
    const context = await browser.newContext({ ...options, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    for (const type of ["console", "pageerror"]) {
      page.on(type, (event) => {
        if (type === "console" && event.type() !== "error" && event.type() !== "warning") return;
        faults += 1;
        process.stderr.write(`${look}: ${type === "console" ? event.text() : event.message}\n`);
      });
    }
    for (const scene of scenes) {
      await page.goto(`${address}?scene=${scene.split("+")[0]}`, { waitUntil: "networkidle" });
      await DEEDS[scene]?.(page);
      await page.waitForTimeout(150);
      const fullPage = process.argv.includes("--full");
      await page.screenshot({ path: join(folder, `${scene}-${look}.png`), fullPage });
    }
    await context.close();
  }
}
await browser.close();
await server.close();
process.exit(faults > 0 ? 1 : 0);
