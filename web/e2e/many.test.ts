/** Full rooms: as many as the relay allows, and one more. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHouse } from "./harness/house";
import { RustMembers } from "./harness/rust-member";

const LIMIT = 50;
const house = openHouse({ args: ["--max-members", String(LIMIT)] });
let rust: RustMembers;
beforeAll(() => {
  rust = new RustMembers();
});
afterAll(() => rust.close());

test("fifty members talk in one room, browsers among them; the next one is refused clearly", async () => {
  const [ada, ben, late] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Assembly" });
  const names = Array.from({ length: LIMIT - 2 }, (_, i) => `member ${i + 1}`);
  for (const name of names) await rust.join(name, invitation);
  await ben.join(invitation, "Ben");

  await late.page.goto(invitation.link);
  await late.knock(invitation.password, "Late");
  await late.sees(/room is full/i);
  await late.sees(new RegExp(String(LIMIT)));

  await ada.say("can everyone hear me?");
  await ben.sees("can everyone hear me?");
  for (const name of names) {
    await rust.told(name, { event: "text", from: "Ada", body: "can everyone hear me?" });
    await rust.say(name, `${name} hears you`);
  }
  for (const name of names) await ben.sees(`${name} hears you`);
  expect((await rust.state("member 1")).roster).toHaveLength(LIMIT);

  // A place that becomes free can be taken.
  await rust.leave("member 1");
  await ada.sees(/member 1 left/);
  await late.knock(invitation.password, "Late");
  await late.isInside();
});
