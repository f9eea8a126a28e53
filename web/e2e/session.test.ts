/** What refresh, leaving, closing the tab and the browser's buttons do: the promises of transience. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";

/** Short, so that a test can see a closed tab count as left. */
const house = openHouse({ args: ["--session-grace", "2s"] });

test("after a refresh the messages are gone, and the same member sees what comes from then on", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("before the refresh");
  await ben.sees("before the refresh");
  const [fingerprint] = await ben.memberFingerprints("Ben");

  await ben.page.reload();
  await ben.isInside();
  await ada.say("after the refresh");
  await ben.sees("after the refresh");
  expect(await ben.has("before the refresh")).toBe(false);
  expect(await ada.has("before the refresh")).toBe(true);

  await ben.say("still me");
  await ada.sees("still me");
  expect(await ada.memberFingerprints("Ben")).toEqual([fingerprint]);
  expect(await ben.memberFingerprints("Ben")).toEqual([fingerprint]);
});

test("who created the room can refresh too, alone in it", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ada.page.reload();
  await ada.isInside();
  const ben = await house.person();
  await ben.join(invitation, "Ben");
  await ben.say("hello");
  await ada.sees("hello");
});

test("after leaving, neither Back nor reload leads back in: this session has expired", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("only while you are here");
  await ben.sees("only while you are here");

  await ben.leave();
  await ada.sees(/Ben left/);
  expect(await ben.has("only while you are here")).toBe(false);

  await ben.page.reload();
  await ben.isAtTheEnd("gone");
  await ben.page.goBack();
  expect(await ben.field("Message").count()).toBe(0);
  await ben.page.goForward();
  expect(await ben.field("Message").count()).toBe(0);
  expect(await ben.has("only while you are here")).toBe(false);
});

test("the browser keeps no copy of the room for Back, and Back shows nothing of it", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("kept in the page cache?");
  await ben.sees("kept in the page cache?");

  const devtools = await ben.page.context().newCDPSession(ben.page);
  await devtools.send("Page.enable");
  const notKept = new Promise<string[]>((resolve) => {
    devtools.once("Page.backForwardCacheNotUsed", ({ notRestoredExplanations }) =>
      resolve(notRestoredExplanations.map(({ reason }) => reason)),
    );
  });
  await ben.page.goto("about:blank");
  await ada.sees(/Ben left/);
  await ben.page.goBack();
  expect(await notKept).toContain("MainResourceHasCacheControlNoStore");
  await ben.isAtTheEnd("gone");
  expect(await ben.has("kept in the page cache?")).toBe(false);
});

test("a browser that keeps the page all the same keeps an empty one", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("kept in the page cache?");
  await ben.sees("kept in the page cache?");

  const move = (event: "pagehide" | "pageshow") =>
    ben.page.evaluate((name) => {
      dispatchEvent(new PageTransitionEvent(name, { persisted: true }));
    }, event);
  await move("pagehide");
  await expect.poll(() => ben.has("kept in the page cache?")).toBe(false);
  await ada.sees(/Ben left/);
  await move("pageshow");
  await ben.isAtTheEnd("gone");
  expect(await ben.has("kept in the page cache?")).toBe(false);
});

test("a closed tab counts as left after the grace, and the others see it", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.sees(/Ben joined/);
  await ben.page.close();
  await ada.sees(/Ben left/);
});

test("a room lives on while it stands empty, and people can come back as often as they like", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ada.leave();

  for (const round of [1, 2]) {
    const [ben, cleo] = await house.people(2);
    await ben.join(invitation, "Ben");
    await cleo.join(invitation, "Cleo");
    await ben.say(`round ${round}`);
    await cleo.sees(`round ${round}`);
    await cleo.leave();
    await ben.leave();
  }
});
