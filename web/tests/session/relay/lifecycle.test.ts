/** Refresh, leave, Back, purge, expiry, duplicated and closed tabs: each a promise of the room. */
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

const MINUTE = 60_000;

let relay: RelayProcess;
beforeAll(async () => {
  relay = await RelayProcess.start(["--session-grace", "1s"]);
});
afterAll(() => relay.stop());

async function pair(): Promise<[Tab, Tab]> {
  const ada = await create(relay.origin);
  const grace = await join(relay.origin, linkOf(ada), "Grace");
  await sees(ada, "Ada", "Grace");
  return [ada, grace];
}

describe("a refresh", () => {
  it("keeps the member and drops the messages, and nobody is told", async () => {
    const [ada, grace] = await pair();
    roomOf(ada).send("before");
    await hears(grace, "Ada: before");
    grace.refresh();
    expect(grace.app.phase.value.at).toBe("returning");
    await grace.inside();
    expect(said(grace)).toEqual([]);
    expect(aliases(grace)).toEqual(["Ada", "Grace"]);
    expect(roomOf(grace).roomName).toBe("Greenhouse");
    expect(roomOf(grace).invitation.value).toEqual(roomOf(ada).invitation.value);
    roomOf(ada).send("after");
    await hears(grace, "Ada: after");
    roomOf(grace).send("still me");
    await hears(ada, "Grace: still me");
    expect(news(ada)).toEqual(["joined"]);
    expect(roomOf(ada).people.value).toHaveLength(2);
  });

  it("of the creator, alone, leads back as well, and again and again", async () => {
    const ada = await create(relay.origin);
    const link = linkOf(ada);
    for (let i = 0; i < 3; i += 1) {
      ada.refresh();
      await ada.inside();
    }
    expect(roomOf(ada).created).toBe(false);
    expect(linkOf(ada)).toBe(link);
    const grace = await join(relay.origin, link, "Grace");
    await sees(grace, "Ada", "Grace");
  });

  it("during the way in leads to the room as well", async () => {
    const [ada, grace] = await pair();
    grace.refresh();
    await until("to be on the way", () => grace.app.step.value?.name === "waiting-for-turn");
    grace.refresh();
    await grace.inside();
    roomOf(grace).send("here");
    await hears(ada, "Grace: here");
  });

  it("empties the page before it goes", async () => {
    const [ada] = await pair();
    const room = roomOf(ada);
    room.send("secret");
    ada.close();
    expect(ada.app.room.value).toBeUndefined();
    expect(room.entries.value).toEqual([]);
    expect(room.people.value).toEqual([]);
    expect(room.invitation.value).toEqual({ link: "", password: "" });
    expect(room.safetyPhrase.value).toEqual([]);
    expect([...ada.storage.keys()]).toEqual(["share"]);
  });
});

describe("leaving", () => {
  it("is final: Back and reload meet an expired session, and so does a replayed share", async () => {
    const [ada, grace] = await pair();
    const share = new Map(grace.storage);
    roomOf(grace).leave();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "left" });
    expect(grace.storage.size).toBe(0);
    expect(grace.app.room.value).toBeUndefined();
    await sees(ada, "Ada");
    expect(news(ada)).toEqual(["joined", "left"]);
    expect(grace.history).toEqual([`${relay.origin}/room`, `${relay.origin}/room`]);
    grace.back();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "gone" });
    grace.refresh();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "gone" });
    expect(await new Tab(relay.origin, "/room", share).ended()).toBe("gone");
  });

  it("lets the others be removed from the group: the phrase changes, and is equal again", async () => {
    const [ada, grace] = await pair();
    const before = roomOf(ada).safetyPhrase.value;
    roomOf(grace).leave();
    await until("another phrase", () => roomOf(ada).safetyPhrase.value !== before);
    const grace2 = await join(relay.origin, linkOf(ada), "Grace");
    await until(
      "the same phrase",
      () => roomOf(ada).safetyPhrase.value.join() === roomOf(grace2).safetyPhrase.value.join(),
    );
  });

  it("leads back to the start page, and to another room", async () => {
    const [ada] = await pair();
    roomOf(ada).leave();
    ada.app.startOver();
    expect(ada.app.phase.value.at).toBe("start");
    expect(ada.url).toBe(`${relay.origin}/`);
    await ada.app.create({
      alias: "Ada",
      roomName: "Other",
      password: PASSWORD,
      lifetimeMinutes: 5,
    });
    expect(roomOf(ada).roomName).toBe("Other");
    ada.back();
    expect(roomOf(ada).roomName).toBe("Other");
    expect(ada.url).toBe(`${relay.origin}/room`);
  });

  it("of everybody leaves a room that can be joined again", async () => {
    const [ada, grace] = await pair();
    const link = linkOf(ada);
    roomOf(grace).leave();
    roomOf(ada).leave();
    const first = await join(relay.origin, link, "First");
    await first.inside();
    await sees(first, "First");
    const second = await join(relay.origin, link, "Second");
    await sees(second, "First", "Second");
    roomOf(second).send("anybody?");
    await hears(first, "Second: anybody?");
  });
});

describe("a closed tab", () => {
  it("is away at first and gone after the grace", async () => {
    const [ada, grace] = await pair();
    grace.close();
    await until("away", () => roomOf(ada).people.value.some(({ presence }) => presence === "away"));
    expect(news(ada)).toEqual(["joined"]);
    await sees(ada, "Ada");
    expect(news(ada)).toEqual(["joined", "left"]);
  });

  it("out of the back/forward cache shows an expired session, and stays out", async () => {
    const [, grace] = await pair();
    grace.close();
    grace.restore();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "gone" });
    grace.refresh();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "gone" });
  });

  it("of the start page and the door come back as they were", async () => {
    const [ada] = await pair();
    const start = new Tab(relay.origin);
    start.close();
    start.restore();
    expect(start.app.phase.value.at).toBe("start");
    const door = new Tab(relay.origin, linkOf(ada).slice(relay.origin.length));
    door.close();
    door.restore();
    await door.app.join({ alias: "Grace", password: PASSWORD });
    await door.inside();
  });
});

describe("a duplicated tab", () => {
  it("takes the session over; the older one says so and does not fight", async () => {
    const [ada, grace] = await pair();
    const copy = grace.duplicate();
    await copy.inside();
    expect(await grace.ended()).toBe("replaced");
    expect(grace.storage.size).toBe(0);
    grace.refresh();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "gone" });
    roomOf(copy).send("me too");
    await hears(ada, "Grace: me too");
    expect(news(ada)).toEqual(["joined"]);
  });
});

describe("a purge", () => {
  it("by the guest ends the room for everybody, at once and for good", async () => {
    const [ada, grace] = await pair();
    const link = linkOf(ada);
    const room = roomOf(ada);
    room.send("secret");
    await hears(grace, "Ada: secret");
    roomOf(grace).purge();
    // Wiped at once, and called done once the relay has said so.
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "purging" });
    expect(await grace.ended()).toBe("purged");
    expect(await ada.ended()).toBe("purged");
    expect(ada.app.room.value).toBeUndefined();
    expect(room.entries.value).toEqual([]);
    expect(ada.storage.size + grace.storage.size).toBe(0);
    ada.back();
    expect(ada.app.phase.value).toEqual({ at: "ended", why: "gone" });
    expect(await new Tab(relay.origin, link.slice(relay.origin.length)).ended()).toBe("gone");
  });

  it("reaches somebody who was away when it comes back", async () => {
    const [ada, grace] = await pair();
    const share = new Map(grace.storage);
    grace.close();
    roomOf(ada).purge();
    expect(await new Tab(relay.origin, "/room", share).ended()).toBe("gone");
  });
});

describe("expiry", () => {
  it("comes by the monotonic clock", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    const room = roomOf(ada);
    expect(room.remainingMs.value).toBeLessThanOrEqual(5 * MINUTE);
    ada.clock.forward(5 * MINUTE);
    expect(await ada.ended()).toBe("expired");
    expect(room.entries.value).toEqual([]);
    expect(ada.storage.size).toBe(0);
  });

  it("comes by the wall clock of a machine that slept, without anybody looking", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    ada.clock.forward(5 * MINUTE, "wall");
    expect(await ada.ended()).toBe("expired");
  });

  it("comes when the page is seen again, before anything else is shown", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    ada.clock.forward(5 * MINUTE, "wall");
    ada.wake();
    expect(ada.app.phase.value).toEqual({ at: "ended", why: "expired" });
  });

  it("comes at the door as well", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    const door = new Tab(relay.origin, linkOf(ada).slice(relay.origin.length));
    await until("the door", () => door.app.door.value !== undefined);
    door.clock.forward(5 * MINUTE);
    expect(await door.ended()).toBe("expired");
  });

  it("is not put off by coming back", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    ada.refresh();
    await ada.inside();
    expect(roomOf(ada).remainingMs.value).toBeLessThanOrEqual(5 * MINUTE);
  });
});

describe("somebody who comes back after the grace", () => {
  it("was told to have left, and is told to have returned", async () => {
    const [ada, grace] = await pair();
    roomOf(grace).leave();
    await told(ada, "left");
    // Another identity: not the same person as far as anybody can know.
    const again = await join(relay.origin, linkOf(ada), "Grace");
    await sees(again, "Ada", "Grace");
    await sees(ada, "Ada", "Grace");
    expect(news(ada)).toEqual(["joined", "left", "joined"]);
  });
});
