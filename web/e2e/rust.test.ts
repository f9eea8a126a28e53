/** Members in Chromium and members in Rust in one room: two implementations of everything, one conversation. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHouse } from "./harness/house";
import { RustMembers } from "./harness/rust-member";

const house = openHouse();
let rust: RustMembers;
beforeAll(() => {
  rust = new RustMembers();
});
afterAll(() => rust.close());

test("a Rust member joins a room made in a browser, and they talk both ways", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Mixed" });
  await rust.join("ferris", invitation, "Ferris");
  await ada.sees(/Ferris joined/);
  await ada.say("hello from the browser");
  await rust.told("ferris", { event: "text", from: "Ada", body: "hello from the browser" });
  await rust.say("ferris", "hello from Rust");
  await ada.sees("hello from Rust");
  expect((await rust.state("ferris")).safety).toEqual(await ada.safetyPhrase());

  await ada.page.reload();
  await ada.isInside();
  await rust.say("ferris", "after your refresh");
  await ada.sees("after your refresh");
  await ada.purge();
  await rust.told("ferris", { event: "ended", why: "purged" });
});

test("a browser joins a room made by a Rust member, which then leaves", async () => {
  const password = "a password between two languages";
  const link = await rust.create("host", {
    origin: house.origin,
    room_name: "Made in Rust",
    password,
    alias: "Host",
  });
  const ben = await house.person();
  await ben.page.goto(link);
  await ben.sees("Made in Rust");
  await ben.enter({ link, password }, "Ben");
  await rust.told("host", { event: "joined", alias: "Ben" });
  await ben.say("made it");
  await rust.told("host", { event: "text", from: "Ben", body: "made it" });
  await rust.leave("host");
  await ben.sees(/Host left/);
  await ben.say("alone now");
  await ben.sees("alone now");
});
