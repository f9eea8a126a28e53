/** Equal names are told apart. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";

const house = openHouse();

test("two rooms with the same name are told apart by their fingerprint, inside and at the door", async () => {
  const [ada, ben, guest] = await house.people(3);
  const first = await ada.create(house.origin, { alias: "Ada", roomName: "Board" });
  const second = await ben.create(house.origin, { alias: "Ben", roomName: "Board" });

  const [words, otherWords] = [await ada.roomFingerprint(), await ben.roomFingerprint()];
  expect(words).not.toBe(otherWords);

  await guest.page.goto(first.link);
  await guest.sees("Board");
  expect(await guest.roomFingerprint()).toBe(words);
  await guest.page.goto(second.link);
  await guest.sees("Board");
  expect(await guest.roomFingerprint()).toBe(otherWords);
});

test("two members with the same alias are told apart, and the newcomer is told that the alias is taken", async () => {
  const [ada, other] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await other.join(invitation, "Ada");
  await other.sees(/taken|already/i);

  await expect.poll(() => ada.memberFingerprints("Ada")).toHaveLength(2);
  const fingerprints = await ada.memberFingerprints("Ada");
  expect(new Set(fingerprints).size).toBe(2);
  expect(new Set(await other.memberFingerprints("Ada"))).toEqual(new Set(fingerprints));
});
