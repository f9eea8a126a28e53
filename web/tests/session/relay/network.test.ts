/** A bad network: cut lines, long absences, and a relay that is stopped, killed and started anew. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Ended } from "../../../src/session/types";
import { Meddler } from "../support/meddler";
import { RelayProcess } from "../support/relay-process";
import {
  aliases,
  create,
  hears,
  join,
  linkOf,
  news,
  roomOf,
  said,
  sees,
  told,
} from "../support/scenes";
import type { Tab } from "../support/tab";
import { TcpProxy } from "../support/tcp-proxy";
import { until } from "../support/until";

let relay: RelayProcess;
let proxy: TcpProxy;

async function start(...options: string[]): Promise<void> {
  relay = await RelayProcess.start(options);
  proxy = await TcpProxy.start(relay.port);
}

afterEach(async () => {
  await proxy.stop();
  await relay.kill();
});

/** Ada on a good line, Grace on one that the test can cut. */
async function pair(): Promise<[Tab, Tab]> {
  const ada = await create(relay.origin);
  const grace = await join(proxy.origin, linkOf(ada), "Grace");
  await sees(ada, "Ada", "Grace");
  return [ada, grace];
}

const connected = (tab: Tab) =>
  until("to be connected", () => tab.app.room.value?.connection.value === "connected");
const cutOff = (tab: Tab) =>
  until("to be cut off", () => tab.app.room.value?.connection.value === "reconnecting");

/** Somebody who purged without a connection learns what became of the room. */
const isOver = (tab: Tab, why: Ended) =>
  until(`to be ${why}`, () => {
    const phase = tab.app.phase.value;
    return phase.at === "ended" && phase.why === why;
  });

describe("a line that is cut", () => {
  beforeEach(() => start("--session-grace", "20s"));

  it("comes back with everything that was said meanwhile, in order and once", async () => {
    const [ada, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    for (let i = 0; i < 5; i += 1) {
      roomOf(ada).send(`from Ada ${i}`);
      roomOf(grace).send(`from Grace ${i}`);
    }
    const late = await join(relay.origin, linkOf(ada), "Late");
    roomOf(late).send("hello");
    await until("away", () => roomOf(ada).people.value.some(({ presence }) => presence === "away"));
    proxy.up();
    await connected(grace);
    await hears(grace, "Late: hello");
    for (const tab of [ada, late]) await hears(tab, "Grace: from Grace 4");
    for (const tab of [ada, grace]) {
      for (const name of ["Ada", "Grace"]) {
        const own = said(tab).filter((line) => line.startsWith(`${name}: `));
        expect(own).toEqual([0, 1, 2, 3, 4].map((i) => `${name}: from ${name} ${i}`));
      }
    }
    await sees(grace, "Ada", "Grace", "Late");
    expect(news(ada)).toEqual(["joined", "joined"]);
    expect(news(grace)).toEqual(["joined"]);
  });

  it("again and again loses and doubles nothing", async () => {
    const [ada, grace] = await pair();
    const total = 60;
    const cutting = setInterval(() => proxy.cut(), 150);
    for (let i = 0; i < total; i += 1) {
      roomOf(grace).send(`g${i}`);
      roomOf(ada).send(`a${i}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    clearInterval(cutting);
    await connected(grace);
    await hears(ada, `Grace: g${total - 1}`);
    await hears(grace, `Ada: a${total - 1}`);
    const numbered = (letter: string) => Array.from({ length: total }, (_, i) => `${letter}${i}`);
    for (const tab of [ada, grace]) {
      const from = (name: string) =>
        said(tab).flatMap((line) =>
          line.startsWith(`${name}: `) ? [line.slice(name.length + 2)] : [],
        );
      expect(from("Ada")).toEqual(numbered("a"));
      expect(from("Grace")).toEqual(numbered("g"));
    }
    expect(news(grace)).toEqual([]);
    await until("all to be everyone's", () =>
      roomOf(grace).entries.value.every(
        (e) => e.kind !== "message" || !e.from.self || e.delivery === "everyone",
      ),
    );
  });

  it("cut when a message was taken but not answered: it is not said twice", async () => {
    const [ada, grace] = await pair();
    const cut = proxy.cutAfterSending(1);
    roomOf(grace).send("once");
    await cut;
    await hears(ada, "Grace: once");
    await connected(grace);
    roomOf(grace).send("twice");
    await hears(ada, "Grace: twice");
    expect(said(ada)).toEqual(["Grace: once", "Grace: twice"]);
  });

  it.each(["Room", "Admitted", "Lease", "CommitAccepted"] as const)(
    "cut while joining, before %s arrives: the room is entered all the same",
    async (type) => {
      const ada = await create(relay.origin);
      const meddler = await Meddler.start(relay.origin);
      let isCut = false;
      meddler.alter = (frame) => {
        if (isCut || frame.type !== type) return [frame];
        isCut = true;
        meddler.cut();
        return [];
      };
      const grace = await join(meddler.origin, linkOf(ada), "Grace");
      await sees(grace, "Ada", "Grace");
      roomOf(grace).send("made it");
      await hears(ada, "Grace: made it");
      expect(aliases(ada)).toEqual(["Ada", "Grace"]);
      expect(isCut).toBe(true);
      meddler.stop();
    },
  );

  it.each([
    ["within the replay window: what was said meanwhile is shown", "60s", ["Ada: meanwhile"], []],
    ["past the replay window: a gap is told", "0", [], ["gap"]],
  ] as const)(
    "cut while joining, before the commit's answer arrives, %s",
    async (_, window, heard, told) => {
      await proxy.stop();
      await relay.kill();
      await start("--session-grace", "20s", "--replay-window", window);
      const ada = await create(relay.origin);
      const meddler = await Meddler.start(relay.origin);
      meddler.alter = (frame) => {
        if (frame.type !== "CommitAccepted") return [frame];
        meddler.down();
        return [];
      };
      const joining = join(meddler.origin, linkOf(ada), "Grace");
      await sees(ada, "Ada", "Grace");
      roomOf(ada).send("meanwhile");
      await until("to be sent", () =>
        roomOf(ada).entries.value.some((e) => e.kind === "message" && e.delivery === "sent"),
      );
      meddler.alter = (frame) => [frame];
      meddler.up();
      const grace = await joining;
      await sees(grace, "Ada", "Grace");
      roomOf(ada).send("hello");
      await hears(grace, "Ada: hello");
      expect(said(grace)).toEqual([...heard, "Ada: hello"]);
      expect(news(grace)).toEqual(told);
      meddler.stop();
    },
  );

  it("of a lone creator who has seen no frame yet leads back in", async () => {
    const ada = await create(proxy.origin);
    proxy.cut();
    await cutOff(ada);
    await connected(ada);
    expect(news(ada)).toEqual([]);
    const grace = await join(
      relay.origin,
      linkOf(ada).replace(proxy.origin, relay.origin),
      "Grace",
    );
    await sees(ada, "Ada", "Grace");
    roomOf(ada).send("hello");
    await hears(grace, "Ada: hello");
  });

  it("of a creator before anybody came: what was said meanwhile is there, and nothing was missed", async () => {
    const ada = await create(proxy.origin);
    proxy.down();
    await cutOff(ada);
    const link = linkOf(ada).replace(proxy.origin, relay.origin);
    const grace = await join(relay.origin, link, "Grace");
    roomOf(grace).send("are you there?");
    await sees(grace, "Ada", "Grace");
    proxy.up();
    await hears(ada, "Grace: are you there?");
    expect(news(ada).filter((kind) => kind !== "joined")).toEqual([]);
    roomOf(ada).send("I am");
    await hears(grace, "Ada: I am");
  });

  it("while kicking: the kick is done once, and all agree", async () => {
    const [ada, grace] = await pair();
    const mallory = await join(relay.origin, linkOf(ada), "Mallory");
    await sees(grace, "Ada", "Grace", "Mallory");
    const id = roomOf(grace).people.value.find(({ alias }) => alias === "Mallory")?.id ?? "";
    const cutting = setInterval(() => proxy.cut(), 100);
    const kicked = roomOf(grace).kick(id);
    await until("to be removed", () => mallory.app.phase.value.at === "ended").finally(() =>
      clearInterval(cutting),
    );
    await kicked;
    await connected(grace);
    await sees(grace, "Ada", "Grace");
    await until(
      "one invitation",
      () => roomOf(ada).invitation.value.password === roomOf(grace).invitation.value.password,
    );
    roomOf(grace).send("done");
    await hears(ada, "Grace: done");
    expect(news(grace).filter((kind) => kind === "removed")).toHaveLength(1);
  });

  it("does not keep a purge from reaching the others", async () => {
    const [ada, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    roomOf(grace).purge();
    expect(grace.app.phase.value).toEqual({ at: "ended", why: "purging" });
    expect(ada.app.phase.value.at).toBe("room");
    proxy.up();
    expect(await ada.ended()).toBe("purged");
    await isOver(grace, "purged");
  });

  it("nor when its page stands no more: another page stays as it is", async () => {
    const [ada, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    roomOf(grace).purge();
    grace.app.startOver();
    proxy.up();
    expect(await ada.ended()).toBe("purged");
    expect(grace.app.phase.value.at).toBe("start");
  });

  it("makes a purge wait until the room's time is up at the latest", async () => {
    const [, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    roomOf(grace).purge();
    grace.clock.forward(60 * 60_000);
    await isOver(grace, "expired");
  });
});

describe("a network that was changed", () => {
  it("without a word to anybody: the dead connection is found as soon as the page is woken", async () => {
    await start("--session-grace", "20s");
    const [ada, grace] = await pair();
    proxy.swallow();
    roomOf(ada).send("into the dark");
    roomOf(grace).send("out of the dark");
    grace.wake();
    // All timers but the probe's 6 seconds would take longer.
    grace.clock.forward(6_000);
    await cutOff(grace);
    await hears(grace, "Ada: into the dark");
    await hears(ada, "Grace: out of the dark");
    expect([...news(ada), ...news(grace)]).toEqual(["joined"]);
  });

  it("while a message was taken just behind somebody's joining: the newcomer gets it all the same", async () => {
    await start("--session-grace", "20s");
    const ada = await create(proxy.origin);
    const link = linkOf(ada).replace(proxy.origin, relay.origin);
    const grace = await join(relay.origin, link, "Grace");
    await sees(ada, "Ada", "Grace");
    // From now on Ada hears nothing: neither that Late joins nor that her message was taken.
    const cut = proxy.cutAfterSending(1);
    const late = await join(relay.origin, link, "Late");
    await sees(grace, "Ada", "Grace", "Late");
    roomOf(ada).send("for both");
    await cut;
    for (const tab of [grace, late]) await hears(tab, "Ada: for both");
    roomOf(ada).send("and on");
    for (const tab of [grace, late]) {
      await hears(tab, "Ada: and on");
      expect(said(tab)).toEqual(["Ada: for both", "Ada: and on"]);
    }
  });
});

describe("a long absence", () => {
  it("within the grace but past the replay window: a gap is told, and the room goes on", async () => {
    await start("--session-grace", "20s", "--replay-window", "0");
    const [ada, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    roomOf(ada).send("missed");
    roomOf(grace).send("written meanwhile");
    proxy.up();
    await told(grace, "gap");
    await connected(grace);
    await hears(ada, "Grace: written meanwhile");
    roomOf(ada).send("not missed");
    await hears(grace, "Ada: not missed");
    expect(said(grace)).not.toContain("Ada: missed");
    expect(news(ada)).toEqual(["joined"]);
    expect(news(grace)).toEqual(["gap"]);
  });

  it("past the grace: the same person returns as a new session, with what it had to say", async () => {
    await start("--session-grace", "1s");
    const [ada, grace] = await pair();
    const { id } = roomOf(grace).self.value;
    proxy.down();
    await cutOff(grace);
    roomOf(grace).send("written meanwhile");
    await told(ada, "left");
    proxy.up();
    await connected(grace);
    await sees(ada, "Ada", "Grace");
    await hears(ada, "Grace: written meanwhile");
    expect(said(ada)).toEqual(["Grace: written meanwhile"]);
    expect(roomOf(ada).people.value.map((person) => person.id)).toContain(id);
    expect(news(ada)).toEqual(["joined", "left", "returned"]);
    expect(news(grace)).toEqual(["gap"]);
    // The new share counts.
    grace.refresh();
    await grace.inside();
    expect(aliases(grace)).toEqual(["Ada", "Grace"]);
  });

  it("past the grace: a purge has come too late, and is not said to have been done", async () => {
    await start("--session-grace", "1s");
    const [ada, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    roomOf(grace).purge();
    await told(ada, "left");
    proxy.up();
    await isOver(grace, "gone");
    expect(ada.app.phase.value.at).toBe("room");
  });

  it("past a purge: gone", async () => {
    await start();
    const [ada, grace] = await pair();
    proxy.down();
    await cutOff(grace);
    roomOf(ada).purge();
    await ada.ended();
    proxy.up();
    expect(await grace.ended()).toBe("gone");
    expect(grace.storage.size).toBe(0);
  });

  it("past a change of link and password: locked out, and told so", async () => {
    await start("--session-grace", "20s", "--replay-window", "0");
    const [ada, grace] = await pair();
    const mallory = await join(relay.origin, linkOf(ada), "Mallory");
    await sees(ada, "Ada", "Grace", "Mallory");
    proxy.down();
    await cutOff(grace);
    await roomOf(ada).kick(
      roomOf(ada).people.value.find(({ alias }) => alias === "Mallory")?.id ?? "",
    );
    await mallory.ended();
    proxy.up();
    expect(await grace.ended()).toBe("locked-out");
    const { link, password } = roomOf(ada).invitation.value;
    const again = await join(relay.origin, link, "Grace", password);
    await sees(again, "Ada", "Grace");
  });
});

describe("a relay", () => {
  it("that is stopped says so to everybody", async () => {
    await start();
    const [ada, grace] = await pair();
    await relay.stop();
    expect(await ada.ended()).toBe("relay-stopped");
    expect(await grace.ended()).toBe("relay-stopped");
  });

  it("that is killed and started anew has forgotten its rooms, and members are told", async () => {
    await start();
    const [ada, grace] = await pair();
    const { port } = relay;
    await relay.kill();
    await cutOff(ada);
    relay = await RelayProcess.start([], port);
    expect(await ada.ended()).toBe("relay-stopped");
    expect(await grace.ended()).toBe("relay-stopped");
  });

  it("that cannot be reached is told while coming back, and waited for", async () => {
    await start("--session-grace", "20s");
    const [ada, grace] = await pair();
    proxy.down();
    grace.refresh();
    expect(grace.app.phase.value.at).toBe("returning");
    await until("to be connecting", () => grace.app.step.value?.name === "connecting");
    proxy.up();
    await grace.inside();
    await sees(ada, "Ada", "Grace");
  });
});
