/** Two people and more in a room, through the real relay. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RelayProcess } from "../support/relay-process";
import {
  aliases,
  create,
  hears,
  join,
  linkOf,
  news,
  PASSWORD,
  roomOf,
  said,
  sees,
  told,
} from "../support/scenes";
import { Tab } from "../support/tab";
import { until } from "../support/until";

let relay: RelayProcess;
beforeAll(async () => {
  relay = await RelayProcess.start();
});
afterAll(() => relay.stop());

describe("two people", () => {
  it("create, join and chat both ways", async () => {
    const ada = await create(relay.origin);
    expect(ada.url).toBe(`${relay.origin}/room`);
    expect(roomOf(ada).created).toBe(true);
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    expect(grace.url).toBe(`${relay.origin}/room`);
    expect(grace.history).toHaveLength(1);
    expect(roomOf(grace).roomName).toBe("Greenhouse");
    expect(roomOf(grace).created).toBe(false);
    await sees(ada, "Ada", "Grace");
    await sees(grace, "Ada", "Grace");
    roomOf(ada).send("hello Grace");
    await hears(grace, "Ada: hello Grace");
    roomOf(grace).send("hello Ada");
    await hears(ada, "Grace: hello Ada");
    expect(said(ada)).toEqual(["Ada: hello Grace", "Grace: hello Ada"]);
    expect(said(grace)).toEqual(said(ada));
    expect(news(ada)).toEqual(["joined"]);
    expect(news(grace)).toEqual([]);
    await until("to be everyone's", () =>
      roomOf(ada).entries.value.some(
        (entry) => entry.kind === "message" && entry.delivery === "everyone",
      ),
    );
  });

  it("see the same safety phrase, and the same room", async () => {
    const ada = await create(relay.origin);
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    await sees(ada, "Ada", "Grace");
    expect(roomOf(ada).safetyPhrase.value).toHaveLength(6);
    expect(roomOf(ada).safetyPhrase.value).toEqual(roomOf(grace).safetyPhrase.value);
    expect(roomOf(ada).words).toEqual(roomOf(grace).words);
    expect(roomOf(ada).mark).toEqual(roomOf(grace).mark);
    expect(roomOf(ada).invitation.value).toEqual(roomOf(grace).invitation.value);
  });

  it("with the same alias are told apart, and the newcomer is told", async () => {
    const first = await create(relay.origin, "Sam");
    const second = await join(relay.origin, linkOf(first), "Sam");
    expect((await told(second, "alias-taken")).alias).toBe("Sam");
    await sees(first, "Sam", "Sam");
    const [a, b] = roomOf(first).people.value;
    expect(a?.id).not.toBe(b?.id);
    expect(a?.words).not.toEqual(b?.words);
    expect(news(first)).toEqual(["joined"]);
  });
});

describe("the door", () => {
  it("shows the room's name and time before anybody joins", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    const tab = new Tab(relay.origin, linkOf(ada).slice(relay.origin.length));
    await until("the name", () => {
      const phase = tab.app.phase.value;
      return phase.at === "door" && phase.roomName === "Greenhouse";
    });
    expect(tab.app.door.value?.words).toEqual(roomOf(ada).words);
    expect(tab.app.door.value?.remainingMs).toBeGreaterThan(290_000);
    expect(tab.app.door.value?.remainingMs).toBeLessThanOrEqual(300_000);
  });

  it("refuses a wrong password, tells the members, and lets in with the right one", async () => {
    const ada = await create(relay.origin);
    const tab = await join(relay.origin, linkOf(ada), "Mallory", "not the password");
    expect(tab.app.problem.value?.name).toBe("wrong-password");
    expect(tab.app.phase.value.at).toBe("door");
    expect((await told(ada, "wrong-password")).count).toBe(1);
    // Throttled for a second, and then let in without asking again.
    const joined = tab.app.join({ alias: "Grace", password: PASSWORD });
    await until("to be throttled", () => tab.app.problem.value?.name === "throttled");
    await joined;
    expect(aliases(tab)).toEqual(["Ada", "Grace"]);
  });

  it("answers a wrong link, a broken one and an ended room alike", async () => {
    const ada = await create(relay.origin);
    const link = linkOf(ada);
    const { pathname, hash } = new URL(link);
    const otherSecret = `#${hash.slice(1).split("").reverse().join("")}`;
    expect(await new Tab(relay.origin, pathname + otherSecret).ended()).toBe("gone");
    expect(await new Tab(relay.origin, pathname).ended()).toBe("gone");
    expect(await new Tab(relay.origin, `/r/AAAAAAAAAAAAAAAAAAAAAA${hash}`).ended()).toBe("gone");
    roomOf(ada).purge();
    expect(await ada.ended()).toBe("purged");
    expect(await new Tab(relay.origin, pathname + hash).ended()).toBe("gone");
  });

  it("opens from a link pasted on the start page, unless it is of another host or none", async () => {
    const ada = await create(relay.origin);
    const tab = new Tab(relay.origin);
    tab.app.openLink("hello");
    expect(tab.app.problem.value?.name).toBe("link-malformed");
    tab.app.openLink(linkOf(ada).replace("127.0.0.1", "example.org"));
    expect(tab.app.problem.value?.name).toBe("link-of-another-host");
    tab.app.openLink(`Come here: ${linkOf(ada)}. Thanks!\n`);
    // The secret of a pasted link comes into no history.
    expect(tab.history).toEqual([`${relay.origin}/`]);
    await tab.app.join({ alias: "Grace", password: PASSWORD });
    await sees(tab, "Ada", "Grace");
  });

  it("lets somebody change their mind at each step", async () => {
    const ada = await create(relay.origin);
    const { pathname, hash } = new URL(linkOf(ada));
    const tab = new Tab(relay.origin, pathname + hash);
    for (const step of ["deriving-keys", "asking-to-join", "waiting-for-turn", "entering"]) {
      const joining = tab.app.join({ alias: "Grace", password: PASSWORD });
      await until(step, () => tab.app.step.value?.name === step);
      tab.app.cancel();
      await joining;
      expect(tab.app.step.value).toBeUndefined();
      expect(tab.app.phase.value.at).toBe("door");
      expect(tab.storage.size).toBe(0);
    }
    await tab.app.join({ alias: "Grace", password: PASSWORD });
    await sees(tab, "Ada", "Grace");
  });
});

describe("a form", () => {
  it("is refused with the first thing that is wrong", async () => {
    const tab = new Tab(relay.origin);
    const form = { alias: "Ada", roomName: "Greenhouse", password: PASSWORD, lifetimeMinutes: 60 };
    const problem = async (change: Partial<typeof form>) => {
      await tab.app.create({ ...form, ...change });
      return tab.app.problem.value?.name;
    };
    expect(await problem({ alias: " " })).toBe("alias-missing");
    expect(await problem({ alias: "x".repeat(65) })).toBe("alias-too-long");
    expect(await problem({ alias: "a\u202eb" })).toBe("alias-has-control-characters");
    expect(await problem({ roomName: "" })).toBe("room-name-missing");
    expect(await problem({ roomName: "ä".repeat(65) })).toBe("room-name-too-long");
    expect(await problem({ password: " " })).toBe("password-missing");
    expect(await problem({ password: "x".repeat(257) })).toBe("password-too-long");
    expect(await problem({ lifetimeMinutes: 4 })).toBe("lifetime-out-of-range");
    expect(await problem({ lifetimeMinutes: 61 })).toBe("lifetime-out-of-range");
    expect(await problem({ lifetimeMinutes: Number.NaN })).toBe("lifetime-out-of-range");
    expect(tab.app.phase.value.at).toBe("start");
  });
});
