/** How rooms end: purge, expiry, the relay itself. */
import { afterAll, expect, test } from "vitest";
import { Clock } from "./harness/clock";
import { openHouse } from "./harness/house";

const clock = new Clock();
afterAll(() => clock.remove());
const house = openHouse({ clock });

test("any member can purge: all screens are wiped, and the link never works again", async () => {
  const [ada, guest, late] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Purgatory" });
  await guest.join(invitation, "Guest");
  await ada.say("burn after reading");
  await guest.sees("burn after reading");

  await guest.purge();
  await ada.isAtTheEnd("purged");
  for (const person of [ada, guest]) {
    for (const trace of ["burn after reading", "Purgatory", invitation.password]) {
      expect(await person.has(trace)).toBe(false);
    }
    await person.page.reload();
    await person.isAtTheEnd("gone");
  }
  await late.page.goto(invitation.link);
  await late.isAtTheEnd("gone");
});

test("Alt+Shift+P purges too: once asks, twice does it", async () => {
  const [ada, guest] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await guest.join(invitation, "Guest");
  await guest.page.keyboard.press("Alt+Shift+P");
  await guest.page.getByRole("dialog").getByRole("button", { name: "Purge" }).waitFor();
  await guest.page.keyboard.press("Alt+Shift+P");
  for (const person of [ada, guest]) await person.isAtTheEnd("purged");
});

test("a room ends at its time on every screen, by the clock of the relay", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, {
    alias: "Ada",
    roomName: "Hourglass",
    lifetimeMinutes: 5,
  });
  await ben.join(invitation, "Ben");
  await ada.say("for five minutes");
  await ben.sees("for five minutes");

  clock.advance(4 * 60);
  await ben.say("one minute before the end");
  await ada.sees("one minute before the end");
  clock.advance(61);
  for (const person of [ada, ben]) {
    await person.isAtTheEnd("expired");
    expect(await person.has("for five minutes")).toBe(false);
    expect(await person.has("Hourglass")).toBe(false);
  }
  await ben.page.goto(invitation.link);
  await ben.isAtTheEnd("gone");
});

test("a room ends at its time also where the relay cannot be heard, by the clock of the browser", async () => {
  const ada = await house.person({ clock: true });
  await ada.create(house.origin, { alias: "Ada", roomName: "Hourglass", lifetimeMinutes: 5 });
  await ada.say("for five minutes");
  await ada.sees("for five minutes");

  house.watch.allow(/WebSocket connection|ERR_INTERNET_DISCONNECTED/);
  await ada.page.context().setOffline(true);
  await ada.page.clock.fastForward("05:01");
  await ada.isAtTheEnd("expired");
  expect(await ada.has("for five minutes")).toBe(false);
});

test("the countdown runs, and nobody can prolong", async () => {
  const ada = await house.person({ clock: true });
  await ada.create(house.origin, { alias: "Ada", lifetimeMinutes: 10 });
  await ada.sees(/(10:00|9:[0-5]\d)/);
  await ada.page.clock.fastForward("04:00");
  await ada.sees(/(6:00|5:[0-5]\d)/);
});

test("a wrong link, an ended room and a room that never was get one answer", async () => {
  const [ada, ben, cleo] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ada.purge();
  const never = `${house.origin}/r/AAAAAAAAAAAAAAAAAAAAAA#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`;
  await ben.page.goto(invitation.link);
  await cleo.page.goto(never);
  await ben.isAtTheEnd("gone");
  await cleo.isAtTheEnd("gone");
  const shown = await Promise.all(
    [ben, cleo].map((person) => person.page.getByRole("main").allInnerTexts()),
  );
  expect(shown[0]).toEqual(shown[1]);
});

test("when the relay is stopped and started again, the members are told, and the rooms are gone", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("will not survive");
  await ben.sees("will not survive");

  house.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED/);
  expect(await house.relay.stop()).toBe(0);
  for (const person of [ada, ben]) {
    await person.isAtTheEnd("stopped");
    expect(await person.has("will not survive")).toBe(false);
  }
  await house.restart();
  await ben.page.goto(invitation.link);
  await ben.isAtTheEnd("gone");
});

test("when the relay crashes and comes back, the members are told that the room is gone", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("will not survive");
  await ben.sees("will not survive");

  house.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED/);
  await house.relay.stop("SIGKILL");
  for (const person of [ada, ben]) await person.sees(/reconnecting/i);
  await house.restart();
  // Nobody could say goodbye; the pages see by themselves that another relay stands in its place.
  for (const person of [ada, ben]) {
    await person.isAtTheEnd("stopped");
    expect(await person.has("will not survive")).toBe(false);
  }
});
