/** People come in and talk. */
import type { Locator } from "playwright-core";
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";

const house = openHouse();

test("one creates a room, the other opens the link, and they talk both ways", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Lighthouse" });

  await ben.page.goto(invitation.link);
  await ben.sees("Lighthouse");
  await ben.enter(invitation, "Ben");
  await ada.sees(/Ben joined/);
  // The invitation folds once somebody has come, and can be had again.
  expect(await ada.has(invitation.password)).toBe(false);
  await ada.button("Invite people").click();
  expect(await ada.invitationPassword()).toBe(invitation.password);
  await ada.button("Hide").click();

  await ada.say("Have you got the papers?");
  await ben.sees("Have you got the papers?");
  await ben.say("All of them.");
  await ada.sees("All of them.");
  await ada.sees("Have you got the papers?");
});

test("who creates a room is shown link, QR code and password, and told to send them by different ways", async () => {
  const ada = await house.person();
  const invitation = await ada.create(house.origin, {
    alias: "Ada",
    password: "six words that nobody can guess",
  });

  expect(invitation.link.startsWith(`${house.origin}/r/`)).toBe(true);
  await ada.page.getByRole("img", { name: /QR code/i }).waitFor();
  await ada.sees(/different ways/i);
  // Pages may not read the clipboard; a person can paste.
  for (const [button, text] of [
    ["Copy link", invitation.link],
    ["Copy password", invitation.password],
  ] as const) {
    await ada.button(button).click();
    // The browser copies in its own time; what the button says of it is what a person waits for, too.
    await ada.page
      .locator("button", { hasText: button })
      .locator("+ [role=status]", { hasText: "Copied" })
      .waitFor({ state: "attached" });
    await ada.field("Message").fill("");
    await ada.page.keyboard.press("Control+V");
    await expect.poll(() => ada.field("Message").inputValue()).toBe(text);
  }
});

test("a link pasted into the start page leads to the room", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Pasted" });

  await ben.page.goto(house.origin);
  await ben.page.getByLabel(/link/i).fill(invitation.link);
  await ben.page.keyboard.press("Enter");
  await ben.sees("Pasted");
  await ben.enter(invitation, "Ben");
  await ben.say("here I am");
  await ada.sees("here I am");
});

test("a wrong password is refused, costs time, and the members see it", async () => {
  const eve = await house.person();
  // Where the invitation fills the screen.
  const ada = await house.person({ viewport: { width: 360, height: 740 } });
  const invitation = await ada.create(house.origin, { alias: "Ada" });

  await eve.page.goto(invitation.link);
  // Each costs twice the time of the one before; until it is over the page takes no password, after it the right one.
  for (const [n, seconds] of [1, 2].entries()) {
    const wait = waitAtTheDoor(eve);
    await eve.knock(`not the password ${n}`, "Eve");
    await eve.sees(/wrong password/i);
    await ada.sees(/someone tried a wrong password/i);
    const { saidS, tookMs } = await wait;
    expect(saidS).toBe(seconds);
    expect(tookMs).toBeGreaterThan(seconds * 1_000 - 100);
  }
  const notice = ada.page.getByText("(2 times so far)");
  expect(await inView(notice)).toBe(false);
  await ada.button("Someone tried a wrong password").click();
  await expect.poll(() => inView(notice)).toBe(true);
  await eve.knock(invitation.password, "Eve");
  await eve.isInside();
});

/** Whether all of it can be seen without scrolling, above what one writes in. */
function inView(element: Locator): Promise<boolean> {
  return element.evaluate((it) => {
    const { top, bottom } = it.getBoundingClientRect();
    const end = document.querySelector(".write")?.getBoundingClientRect().top ?? 0;
    return top >= 0 && bottom <= end;
  });
}

/** The next time that Join is barred: the seconds that the page names then, and the time until it lets try again. */
function waitAtTheDoor({ page }: Person): Promise<{ saidS: number; tookMs: number }> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        let barred: { saidS: number; since: number } | undefined;
        new MutationObserver((_, observer) => {
          const join = document.querySelector<HTMLButtonElement>("form button[type=submit]");
          const said = /try again in (\d+) second/.exec(document.body.textContent ?? "");
          if (join?.disabled && said !== null)
            barred ??= { saidS: Number(said[1]), since: performance.now() };
          else if (join?.disabled === false && barred !== undefined) {
            observer.disconnect();
            resolve({ saidS: barred.saidS, tookMs: performance.now() - barred.since });
          }
        }).observe(document, {
          subtree: true,
          childList: true,
          attributes: true,
          characterData: true,
        });
      }),
  );
}

test("everyone sees the same safety phrase", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.sees(/Ben joined/);
  const phrase = await ada.safetyPhrase();
  expect(phrase).toHaveLength(6);
  expect(await ben.safetyPhrase()).toEqual(phrase);
});

test("somebody can be removed: they are out at once, and link and password change", async () => {
  const [ada, ben, eve] = await house.people(3);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await eve.join(invitation, "Eve");
  await ada.button("Remove Eve").click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await eve.isAtTheEnd("removed");
  await ben.sees(/Ada removed Eve/);
  await ada.say("without her");
  await ben.sees("without her");

  const link = await ada.invitationLink();
  expect(link).not.toBe(invitation.link);
  await eve.page.goto(invitation.link);
  await eve.isAtTheEnd("gone");
});

test("ten people talk in one room, and everyone hears everyone", async () => {
  const people = await house.people(10);
  const [first, ...others] = people;
  if (first === undefined) throw new Error("nobody came");
  const invitation = await first.create(house.origin, { alias: "Person 0" });
  for (const [i, person] of others.entries()) await person.join(invitation, `Person ${i + 1}`);

  for (const [i, person] of people.entries()) await person.say(`message of person ${i}`);
  for (const person of people) {
    for (const i of people.keys()) await person.sees(`message of person ${i}`);
  }
});
