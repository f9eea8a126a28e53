/** What becomes of a message, as its writer sees it. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse({ wiretapped: true });

/** Chromium says on the console that a connection failed; here that is the point. */
const LOST = /WebSocket connection|Failed to load resource/;

/** Waits until that many own messages bear the mark of that name. */
async function bears(person: Person, name: string, count: number): Promise<void> {
  const marks = person.page.getByRole("log").getByRole("img", { name, exact: true });
  if (count > 0) await marks.nth(count - 1).waitFor();
  expect(await marks.count()).toBe(count);
}

test("a message waits, is sent, and everyone here has it once the last one is back", async () => {
  const [ada, ben, cleo] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await cleo.join(invitation, "Cleo");
  for (const person of [ada, ben]) await person.sees(/Cleo joined/);
  await ada.say("all are here");
  await bears(ada, "Everyone here has it", 1);

  // Ben's network is gone, and so is Ada's for a moment.
  house.watch.allow(LOST);
  await ben.page.context().setOffline(true);
  house.tap.cut();
  for (const person of [ada, ben, cleo]) await person.sees(/reconnecting/i);
  await ada.say("written without a connection");
  await bears(ada, "Waiting for the connection", 1);
  house.tap.mend();
  await bears(ada, "Sent", 1);
  await cleo.sees("written without a connection");
  // What Cleo says after it shows that Ada has long heard of whatever Cleo has.
  await cleo.say("I have it");
  await ada.sees("I have it");
  await bears(ada, "Sent", 1);
  await bears(ada, "Everyone here has it", 1);

  await ben.page.context().setOffline(false);
  await ben.sees("written without a connection");
  await bears(ada, "Everyone here has it", 2);
  await bears(cleo, "Everyone here has it", 1);
  await bears(ada, "Sent", 0);
});
