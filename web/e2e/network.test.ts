/** A network that fails: what is lost, and what is not. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";

const house = openHouse({ wiretapped: true });

/** Chromium says on the console that a connection failed; here that is the point. */
const LOST = /WebSocket connection|Failed to load resource/;

test("who loses the connection for a moment is the same member afterwards, and nobody misses anything", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.sees(/Ben joined/);

  house.watch.allow(LOST);
  house.tap.cut();
  for (const person of [ada, ben]) await person.sees(/reconnecting/i);
  await ada.say("written while cut off, by Ada");
  await ben.say("written while cut off, by Ben");
  house.tap.mend();
  await ben.sees("written while cut off, by Ada");
  await ada.sees("written while cut off, by Ben");
  await ada.say("and on it goes");
  await ben.sees("and on it goes");
  expect(await ada.has("Ben left")).toBe(false);
});

test("a purge reaches also those who were cut off, when they come back", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("wiped everywhere");
  await ben.sees("wiped everywhere");

  house.watch.allow(LOST);
  house.tap.cut();
  await ben.sees(/reconnecting/i);
  // Ada purges while cut off herself: her screen is wiped at once, the others' as soon as the relay hears of it.
  await ada.purge();
  expect(await ada.has("wiped everywhere")).toBe(false);
  house.tap.mend();
  await ben.page.getByRole("heading", { name: /purged|expired/i }).waitFor();
  expect(await ben.has("wiped everywhere")).toBe(false);
});
