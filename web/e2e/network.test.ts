/** A network that fails: what is lost, and what is not. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

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

test("a purge is called done only once the relay has heard of it, also when nobody knows yet that the connection is lost", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("our plan");
  await ben.sees("our plan");
  house.watch.allow(LOST);
  await ada.page.context().setOffline(true);
  await ada.purge("purging");
  // Whatever would call it done has happened by the time that the other has been heard from.
  await ben.say("still here");
  expect(await ben.has("our plan")).toBe(true);
  await ada.isAtTheEnd("purging");
  await ada.page.context().setOffline(false);
  for (const person of [ada, ben]) await person.isAtTheEnd("purged");
});

test("a purge by somebody who is cut off takes effect when the relay hears of it, and who comes back later finds no room", async () => {
  const [ada, ben, cleo] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  for (const person of [ben, cleo]) await person.join(invitation, "Guest");
  await ada.say("wiped everywhere");
  for (const person of [ben, cleo]) await person.sees("wiped everywhere");

  // The cut ends the connections there are; after it only Cleo comes back.
  house.watch.allow(LOST);
  const offline = (person: Person, is: boolean) => person.page.context().setOffline(is);
  for (const person of [ada, ben]) await offline(person, true);
  house.tap.cut();
  for (const person of [ada, ben, cleo]) await person.sees(/reconnecting/i);
  house.tap.mend();
  await cleo.page.getByText(/reconnecting/i).waitFor({ state: "hidden" });

  // Her own screen is wiped at once, whether the relay hears of it or not.
  await ada.purge("purging");
  expect(await ada.has("wiped everywhere")).toBe(false);
  expect(await cleo.has("wiped everywhere")).toBe(true);
  await offline(ada, false);
  for (const person of [ada, cleo]) await person.isAtTheEnd("purged");
  // By now the relay has forgotten the room, and so cannot say how it ended.
  expect(await ben.has("wiped everywhere")).toBe(true);
  await offline(ben, false);
  await ben.isAtTheEnd("gone");
  for (const person of [ben, cleo]) expect(await person.has("wiped everywhere")).toBe(false);
});
