/** The first page, and the first minutes: what is filled in, what helps, what is refused. */
import { expect, test } from "vitest";
import { VIEWPORTS } from "./harness/browser";
import { openHouse } from "./harness/house";

const house = openHouse();

test("the form is filled in: an alias, a strong passphrase, sixty minutes", async () => {
  const ada = await house.person();
  await ada.page.goto(house.origin);
  const value = (field: "Alias" | "Password" | "Lifetime") => ada.field(field).inputValue();

  const alias = await value("Alias");
  expect(alias).not.toBe("");
  await ada.button("Another alias").click();
  expect(await value("Alias")).not.toBe(alias);

  const password = await value("Password");
  expect(password).toMatch(/^([a-z]+-){5}[a-z]+$/);
  await ada.button("New passphrase").click();
  expect(await value("Password")).not.toBe(password);
  await ada.field("Password").fill("1234");
  await ada.sees(/weak/i);

  expect(await value("Lifetime")).toBe("60");
});

test("what cannot be is refused in words, and nothing typed is lost", async () => {
  const ada = await house.person();
  await ada.page.goto(house.origin);
  await ada.field("Alias").fill("Ada");
  await ada.field("Lifetime").fill("3");
  await ada.button("Create room").click();
  await ada.sees(/give the room a name/i);
  await ada.field("Room name").fill("Too short");
  await ada.button("Create room").click();
  await ada.sees(/5 to 60 minutes/);
  expect(await ada.field("Alias").inputValue()).toBe("Ada");
  await ada.field("Lifetime").fill("5");
  await ada.button("Create room").click();
  await ada.isInside();
});

test("everything can be done by keyboard", async () => {
  const [ada, ben] = await house.people(2);
  await ada.page.goto(house.origin);
  await ada.field("Room name").focus();
  await ada.page.keyboard.type("Keys only");
  await ada.page.keyboard.press("Enter");
  await ada.isInside();
  const password = await ada.invitationPassword();
  await ben.page.goto(await ada.invitationLink());
  await ben.field("Password").focus();
  await ben.page.keyboard.type(password);
  await ben.page.keyboard.press("Enter");
  await ben.isInside();
  await ben.field("Message").focus();
  await ben.page.keyboard.type("sent by Enter");
  await ben.page.keyboard.press("Enter");
  await ada.sees("sent by Enter");
  await ben.button("Leave").focus();
  await ben.page.keyboard.press("Enter");
  await ben.page.getByRole("dialog").getByRole("button", { name: "Leave" }).focus();
  await ben.page.keyboard.press("Enter");
  await ben.isAtTheEnd("left");
});

test("a phone is enough", async () => {
  const [ada, ben] = await Promise.all([
    house.person({ viewport: VIEWPORTS.phone, dark: true }),
    house.person({ viewport: VIEWPORTS.phone }),
  ]);
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Pocket" });
  await ben.join(invitation, "Ben");
  await ben.say("from the tram");
  await ada.sees("from the tram");
  await ada.button("2 people").click();
  await ada.page.getByRole("dialog").getByRole("listitem").filter({ hasText: "Ben" }).waitFor();
  await ada.page.keyboard.press("Escape");
  for (const { page } of [ada, ben]) {
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wider).toBe(false);
  }
  await ben.purge();
  await ada.isAtTheEnd("purged");
});
