/** A relay that has few rooms left has the browser work, in the worker, before it makes one: people are told, and get in. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";

// One of two rooms is half of them: from there on a room takes work.
const house = openHouse({ args: ["--max-rooms", "2"] });

test("a browser works for its room and says so, and the page lives meanwhile", async () => {
  const [ada, ben] = await house.people(2);
  await ada.create(house.origin, { roomName: "First", alias: "Ada" });
  await ben.page.goto(house.origin);
  await ben.field("Alias").fill("Ben");
  await ben.field("Room name").fill("Second");
  // The line stands for a moment only, so it is watched for from before.
  await ben.page.evaluate(() => {
    new MutationObserver(() => {
      if (/very busy/.test(document.body.textContent ?? ""))
        document.documentElement.dataset.told = "yes";
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await ben.button("Create room").click();
  await ben.isInside();
  expect(await ben.page.evaluate(() => document.documentElement.dataset.told)).toBe("yes");
});
