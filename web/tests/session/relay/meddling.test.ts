/** A relay, or somebody in its place, that breaks the rules: nobody is misled, and the room is not lost for nothing. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { RelayFrame } from "../../../src/wire";
import { flipped, Meddler } from "../support/meddler";
import { RelayProcess } from "../support/relay-process";
import {
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
let meddler: Meddler;
beforeAll(async () => {
  relay = await RelayProcess.start();
});
beforeEach(async () => {
  meddler = await Meddler.start(relay.origin);
});
afterEach(() => meddler.stop());
afterAll(() => relay.stop());

/** Ada is served by the honest relay, Grace by the meddler, which is honest so far. */
async function pair(): Promise<[Tab, Tab]> {
  const ada = await create(relay.origin);
  const grace = await join(meddler.origin, linkOf(ada), "Grace");
  await sees(ada, "Ada", "Grace");
  await sees(grace, "Ada", "Grace");
  return [ada, grace];
}

/** Changes frames of one type, and leaves the others alone. */
function only<T extends RelayFrame["type"]>(
  type: T,
  change: (frame: Extract<RelayFrame, { type: T }>) => readonly RelayFrame[],
): (frame: RelayFrame) => readonly RelayFrame[] {
  return (frame) =>
    frame.type === type ? change(frame as Extract<RelayFrame, { type: T }>) : [frame];
}

describe("a message", () => {
  it("that was changed is told as damaged, once for a run of them, and the next is read", async () => {
    const [ada, grace] = await pair();
    let left = 3;
    meddler.alter = only("MessageRelayed", (frame) => {
      left -= 1;
      return [left < 0 ? frame : { ...frame, payload: flipped(frame.payload) }];
    });
    for (const body of ["one", "two", "three"]) roomOf(ada).send(body);
    await told(grace, "damaged");
    roomOf(ada).send("four");
    await hears(grace, "Ada: four");
    expect(said(grace)).toEqual(["Ada: four"]);
    expect(news(grace)).toEqual(["damaged"]);
  });

  it("that comes twice is shown once, and so is one that is numbered anew", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("MessageRelayed", (frame) => [frame, frame]);
    roomOf(ada).send("once");
    await hears(grace, "Ada: once");
    roomOf(ada).send("again");
    await hears(grace, "Ada: again");
    expect(said(grace)).toEqual(["Ada: once", "Ada: again"]);
    expect(news(grace)).toEqual([]);
    meddler.alter = only("MessageRelayed", (frame) => [frame, { ...frame, seq: frame.seq + 1n }]);
    roomOf(ada).send("replayed");
    await told(grace, "damaged");
    expect(said(grace)).toEqual(["Ada: once", "Ada: again", "Ada: replayed"]);
  });
});

describe("a commit", () => {
  it("that was changed ends the room for this tab, wiped, and nobody else", async () => {
    const [ada, grace] = await pair();
    const room = roomOf(grace);
    meddler.alter = only("CommitRelayed", (frame) => [{ ...frame, commit: flipped(frame.commit) }]);
    const third = await join(relay.origin, linkOf(ada), "Third");
    expect(await grace.ended()).toBe("tampered");
    expect(grace.storage.size).toBe(0);
    expect(room.people.value).toEqual([]);
    await sees(ada, "Ada", "Third");
    roomOf(third).send("hello");
    await hears(ada, "Third: hello");
  });

  it("under another member's number is refused", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("CommitRelayed", (frame) => [{ ...frame, member: frame.member + 1 }]);
    await join(relay.origin, linkOf(ada), "Third");
    expect(await grace.ended()).toBe("tampered");
  });

  it("that was held back shows by the first message from after it", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("CommitRelayed", () => []);
    const third = await join(relay.origin, linkOf(ada), "Third");
    await sees(ada, "Ada", "Grace", "Third");
    roomOf(third).send("who can read this?");
    expect(await grace.ended()).toBe("tampered");
  });

  it("that was held back cannot be skipped", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("CommitRelayed", () => []);
    await join(relay.origin, linkOf(ada), "Third");
    meddler.alter = (frame) => [frame];
    await join(relay.origin, linkOf(ada), "Fourth");
    expect(await grace.ended()).toBe("tampered");
  });
});

describe("a ghost", () => {
  it("made by a relay that knows no secret of the room ends it for whoever gets the commit", async () => {
    const [ada, grace] = await pair();
    const commit = crypto.getRandomValues(new Uint8Array(4124));
    meddler.alter = only("MessageRelayed", (frame) => [
      { type: "Presence", member: 3, presence: "here" },
      { type: "CommitRelayed", seq: frame.seq, epoch: frame.epoch + 1n, member: 3, commit },
      frame,
    ]);
    roomOf(ada).send("is somebody there?");
    expect(await grace.ended()).toBe("tampered");
    expect(grace.app.room.value).toBeUndefined();
  });

  it("that is nothing but a presence is listed nowhere", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("MessageRelayed", (frame) => [
      { type: "Presence", member: 3, presence: "here" },
      frame,
    ]);
    roomOf(ada).send("is somebody there?");
    await hears(grace, "Ada: is somebody there?");
    expect(roomOf(grace).people.value.map(({ alias }) => alias)).toEqual(["Ada", "Grace"]);
    expect(news(grace)).toEqual([]);
  });
});

describe("a number", () => {
  it("that was passed over is forged, and what comes under it is not read", async () => {
    const [ada, grace] = await pair();
    const held: RelayFrame[] = [];
    meddler.alter = only("MessageRelayed", (frame) => {
      held.push(frame);
      return held.length === 1 ? [] : [...held].reverse();
    });
    roomOf(ada).send("one");
    roomOf(ada).send("two");
    await told(grace, "damaged");
    expect(said(grace)).toEqual(["Ada: two"]);
  });

  it("far ahead makes those after it forged, which is told", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("MessageRelayed", (frame) => [{ ...frame, seq: frame.seq + 1000n }]);
    roomOf(ada).send("one");
    await hears(grace, "Ada: one");
    meddler.alter = (frame) => [frame];
    roomOf(ada).send("two");
    await told(grace, "damaged");
    expect(said(grace)).toEqual(["Ada: one"]);
  });
});

describe("a frame of another room", () => {
  it("does not open", async () => {
    const [, grace] = await pair();
    const other = await create(relay.origin, "Other");
    const stolen: RelayFrame[] = [];
    const spy = await Meddler.start(relay.origin);
    spy.alter = only("MessageRelayed", (frame) => {
      stolen.push(frame);
      return [frame];
    });
    const inside = await join(spy.origin, linkOf(other), "Inside");
    await sees(inside, "Other", "Inside");
    roomOf(other).send("for the other room");
    await hears(inside, "Other: for the other room");
    spy.stop();
    meddler.alter = (frame) => [frame];
    meddler.send(...stolen.map((frame) => ({ ...frame, seq: 50n }) as RelayFrame));
    await told(grace, "damaged");
    expect(said(grace)).toEqual([]);
  });
});

describe("what comes after the end", () => {
  it("is not read, and brings nothing back", async () => {
    const [ada, grace] = await pair();
    let last: RelayFrame | undefined;
    meddler.alter = (frame) => {
      if (frame.type === "MessageRelayed") last = frame;
      return frame.type === "Ended" && last !== undefined ? [frame, last, last] : [frame];
    };
    roomOf(ada).send("before");
    await hears(grace, "Ada: before");
    roomOf(ada).purge();
    expect(await grace.ended()).toBe("purged");
    expect(grace.app.room.value).toBeUndefined();
    expect(grace.storage.size).toBe(0);
  });
});

describe("a group state", () => {
  it("that was changed keeps a joiner out, who is told", async () => {
    const ada = await create(relay.origin);
    meddler.alter = only("Lease", (frame) => [{ ...frame, groupState: flipped(frame.groupState) }]);
    const tab = await join(meddler.origin, linkOf(ada), "Grace");
    expect(tab.app.problem.value).toEqual({ name: "tampered" });
    expect(tab.app.phase.value.at).toBe("door");
    expect(tab.storage.size).toBe(0);
    // Looked at anew, the door opens; it does not take that word back.
    await until("the door", () => tab.app.door.value !== undefined);
    expect(tab.app.problem.value).toEqual({ name: "tampered" });
    meddler.alter = (frame) => [frame];
    await tab.app.join({ alias: "Grace", password: PASSWORD });
    await sees(tab, "Ada", "Grace");
  });

  it("of an older epoch keeps a joiner out", async () => {
    const ada = await create(relay.origin);
    let first: Extract<RelayFrame, { type: "Lease" }> | undefined;
    meddler.alter = only("Lease", (frame) => {
      first ??= frame;
      return [{ ...first, epoch: frame.epoch }];
    });
    const grace = await join(meddler.origin, linkOf(ada), "Grace");
    await sees(grace, "Ada", "Grace");
    const late = await join(meddler.origin, linkOf(ada), "Late");
    expect(late.app.problem.value).toEqual({ name: "tampered" });
  });
});

describe("somebody whom the relay keeps quiet about", () => {
  it("is listed and told when they join, and told again when nobody can remove them", async () => {
    const [ada, grace] = await pair();
    meddler.alter = (frame) => (frame.type === "Presence" || frame.type === "Lease" ? [] : [frame]);
    await join(relay.origin, linkOf(ada), "Late");
    await told(grace, "joined");
    await sees(grace, "Ada", "Grace", "Late");
    expect(roomOf(grace).people.value.at(-1)?.presence).toBe("leaving");
    grace.clock.forward(20_000);
    expect((await told(grace, "lingering")).who.alias).toBe("Late");
  });

  it("stays listed when the relay says that they left, until they are removed", async () => {
    const [ada, grace] = await pair();
    const late = await join(relay.origin, linkOf(ada), "Late");
    await sees(grace, "Ada", "Grace", "Late");
    meddler.alter = (frame) =>
      frame.type === "CommitRelayed" || frame.type === "Lease" ? [] : [frame];
    roomOf(late).leave();
    await told(grace, "left");
    expect(roomOf(grace).people.value.map(({ presence }) => presence)).toContain("leaving");
    await sees(ada, "Ada", "Grace");
    expect(roomOf(grace).people.value).toHaveLength(3);
  });
});

describe("an epoch that is over", () => {
  it("is not entered again after a gap that the relay claims", async () => {
    const ada = await create(relay.origin);
    let first: Extract<RelayFrame, { type: "Lease" }> | undefined;
    meddler.alter = only("Lease", (frame) => {
      first ??= frame;
      return [frame];
    });
    const grace = await join(meddler.origin, linkOf(ada), "Grace");
    await sees(grace, "Ada", "Grace");
    const late = await join(relay.origin, linkOf(ada), "Late");
    await sees(grace, "Ada", "Grace", "Late");
    meddler.alter = (frame) => {
      if (frame.type === "Resumed") return [{ ...frame, continuity: "gap" }];
      return [frame.type === "Lease" ? (first ?? frame) : frame];
    };
    meddler.cut();
    expect(await grace.ended()).toBe("tampered");
    await sees(late, "Ada", "Late");
  });
});

describe("a capsule", () => {
  it("that was changed ends the return", async () => {
    const [ada, grace] = await pair();
    meddler.alter = only("Resumed", (frame) => [{ ...frame, capsule: flipped(frame.capsule) }]);
    grace.refresh();
    expect(await grace.ended()).toBe("locked-out");
    expect(grace.storage.size).toBe(0);
    await told(ada, "left");
  });

  it("from before a kick leads nowhere, also with the group state of that time", async () => {
    const [ada, grace] = await pair();
    const mallory = await join(relay.origin, linkOf(ada), "Mallory");
    await sees(ada, "Ada", "Grace", "Mallory");
    let old: Extract<RelayFrame, { type: "Resumed" }> | undefined;
    let lease: Extract<RelayFrame, { type: "Lease" }> | undefined;
    meddler.alter = (frame) => {
      if (frame.type === "Resumed") old = frame;
      if (frame.type === "Lease") lease = frame;
      return [frame];
    };
    grace.refresh();
    await grace.inside();
    const target = roomOf(ada).people.value.find(({ alias }) => alias === "Mallory");
    await roomOf(ada).kick(target?.id ?? "");
    await mallory.ended();
    await told(grace, "rekeyed");
    meddler.alter = (frame) => {
      if (frame.type === "Resumed") return [{ ...frame, capsule: old?.capsule ?? frame.capsule }];
      return [frame.type === "Lease" ? (lease ?? frame) : frame];
    };
    const kept = new Map(grace.storage);
    grace.refresh();
    expect(await grace.ended()).toBe("locked-out");
    expect(grace.storage.size).toBe(0);
    expect(kept.get("share")).toMatch(/^[0-9a-f]{128}$/);
  });
});

describe("time", () => {
  it("is not prolonged by a relay that says so", async () => {
    const ada = await create(relay.origin, "Ada", 5);
    meddler.alter = (frame) =>
      "remainingMs" in frame ? [{ ...frame, remainingMs: 2 ** 32 - 1 }] : [frame];
    const grace = await join(meddler.origin, linkOf(ada), "Grace");
    expect(roomOf(grace).remainingMs.value).toBeLessThanOrEqual(3_600_000);
    const liar = new Tab(meddler.origin);
    await liar.app.create({
      alias: "Ada",
      roomName: "Greenhouse",
      password: PASSWORD,
      lifetimeMinutes: 5,
    });
    expect(roomOf(liar).remainingMs.value).toBeLessThanOrEqual(300_000);
  });
});

describe("another version of the protocol", () => {
  it("asks to reload the page", async () => {
    meddler.alter = only("Hello", (frame) => [{ ...frame, version: 2 }]);
    const tab = new Tab(meddler.origin);
    await tab.app.create({
      alias: "Ada",
      roomName: "Greenhouse",
      password: PASSWORD,
      lifetimeMinutes: 5,
    });
    expect(tab.app.problem.value).toEqual({ name: "page-outdated" });
  });
});
