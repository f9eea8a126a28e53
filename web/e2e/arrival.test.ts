/** Parts of the page that do not arrive at first: on a bad network, that is the rule. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";

const house = openHouse();

/** Chromium says on the console what failed; here that is the point. */
const LOST = /Failed to load resource|preload CSS|net::ERR/;

test("a room whose style does not arrive at first says so, and shows itself in its style once it has", async () => {
  const [ada] = await house.people(1);
  house.watch.allow(LOST);
  let attempts = 0;
  await ada.page.route(/room-page-[\w-]+\.css/, (route) => {
    attempts += 1;
    return attempts <= 2 ? route.abort() : route.continue();
  });
  await ada.page.goto(house.origin);
  await ada.field("Room name").fill("Meeting");
  await ada.field("Password").fill("a passphrase for the tests");
  await ada.button("Create room").click();
  await ada.sees(/A part of this page did not arrive/);
  for (const name of ["Try now", "Leave", "Purge"]) expect(await ada.button(name).count()).toBe(1);
  await ada.isInside();
  expect(attempts).toBe(3);
  const display = await ada.page.locator(".write").evaluate((e) => getComputedStyle(e).padding);
  expect(display).not.toBe("0px");
});

test("a form whose keys cannot be made for want of the script says that there is no connection, and goes on when there is", async () => {
  const [ada] = await house.people(1);
  house.watch.allow(LOST);
  await ada.page.goto(house.origin);
  await ada.page.route(/argon2/, (route) => route.abort());
  await ada.field("Room name").fill("Meeting");
  await ada.field("Password").fill("a passphrase for the tests");
  await ada.button("Create room").click();
  await ada.sees(/No connection/);
  await ada.page.unroute(/argon2/);
  await ada.button("Create room").click();
  await ada.isInside();
});

test("a message that is to vanish waits until it came into sight", async () => {
  const [ada, ben] = await house.people(2);
  await ben.page.setViewportSize({ width: 360, height: 420 });
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  for (let n = 0; n < 20; n += 1) await ada.say(`line ${n}`);
  await ben.sees("line 19");
  const scroller = ben.page.locator("[data-key]").first();
  await scroller.scrollIntoViewIfNeeded();
  await ada.say("/burn 1s for your eyes");
  const burning = ben.page.locator(".message", { hasText: "for your eyes" });
  await burning.waitFor({ state: "attached" });
  // It is gone at its sender, and waits here.
  await ada.page.getByText("for your eyes").waitFor({ state: "detached" });
  expect(await burning.getByText(/vanishes when seen/).count()).toBe(1);
  await burning.scrollIntoViewIfNeeded();
  await burning.waitFor({ state: "detached" });
});
