/** What a visit leaves behind in the browser: nothing but the fact that the host was opened. */
import { expect, test } from "vitest";
import { openHouse } from "./harness/house";
import type { Person } from "./harness/person";
import { historyOf, stored } from "./harness/storage";

const house = openHouse();

test("nothing is stored but the share of the tab, and that goes with the room", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("leave no trace");
  await ben.sees("leave no trace");

  for (const person of [ada, ben]) {
    const { sessionStorage, ...rest } = await stored(person.page);
    expect(rest).toEqual({
      cookies: [],
      localStorage: [],
      indexedDB: [],
      caches: [],
      serviceWorkers: [],
    });
    expect(sessionStorage).toHaveLength(1);
    // 64 random bytes, and nothing else.
    expect(sessionStorage[0]).toMatch(/^share=[0-9a-f]{128}$/);
  }
  await ben.leave();
  await ada.purge();
  for (const person of [ada, ben]) {
    for (const kept of Object.values(await stored(person.page))) expect(kept).toEqual([]);
  }
});

test("control: what a page stores is found", async () => {
  const ada = await house.person();
  await ada.page.goto(house.origin);
  await ada.page.evaluate(async () => {
    // biome-ignore lint/suspicious/noDocumentCookie: this is what the control is about
    document.cookie = "a=1";
    localStorage.setItem("b", "2");
    sessionStorage.setItem("c", "3");
    await caches.open("d");
    await new Promise((resolve) => {
      indexedDB.open("e").onsuccess = resolve;
    });
  });
  expect(await stored(ada.page)).toEqual({
    cookies: ["a=1"],
    localStorage: ["b=2"],
    sessionStorage: ["c=3"],
    caches: ["d"],
    indexedDB: ["e"],
    serviceWorkers: [],
  });
});

test("title, history and address bar say nothing of the room, while it lives and after", async () => {
  const [ada, ben] = await house.people(2);
  await ada.page.goto(house.origin);
  const title = await ada.page.title();
  const invitation = await ada.create(house.origin, { alias: "Ada", roomName: "Unnamed" });
  await ben.join(invitation, "Ben");
  const allowed = ["about:blank", `${house.origin}/`, `${house.origin}/room`];
  const check = async (person: Person) => {
    for (const entry of await historyOf(person.page)) {
      expect(allowed).toContain(entry.url);
      if (entry.url !== "about:blank") expect(entry.title).toBe(title);
    }
    expect(await person.page.title()).toBe(title);
  };
  for (const person of [ada, ben]) await check(person);
  await ben.leave();
  await ada.purge();
  for (const person of [ada, ben]) await check(person);
});

test("control: the history shows the link that was opened, until the room is entered", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.page.goto(invitation.link);
  await ben.field("Password").waitFor();
  expect((await historyOf(ben.page)).map((entry) => entry.url)).toContain(invitation.link);
});

test("no request goes to another host", async () => {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  await ben.join(invitation, "Ben");
  await ada.say("https://example.org/picture.png");
  await ben.sees("https://example.org/picture.png");
  await ben.leave();
  expect([...house.watch.hosts]).toEqual([new URL(house.origin).host]);
});

test("control: a request to another host, a violation of the policy and an exception are noticed", async () => {
  const ada = await house.person();
  await ada.page.goto(house.origin);
  await ada.page.evaluate(() => {
    new Image().src = "http://elsewhere.invalid/spy.png";
    setTimeout(() => {
      throw new Error("planted");
    });
  });
  await expect.poll(() => house.watch.faults.length).toBeGreaterThanOrEqual(2);
  expect(house.watch.faults.join("\n")).toMatch(/Content Security Policy/);
  expect(house.watch.faults.join("\n")).toMatch(/planted/);
  house.watch.allow(/./s);

  await ada.page.goto("data:text/html,<img src=http://elsewhere.invalid/>");
  await expect.poll(() => [...house.watch.hosts]).toContain("elsewhere.invalid");
});
