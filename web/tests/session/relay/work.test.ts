/** A relay under load has newcomers work before it looks at them; people are told, and get in. */
import { afterEach, describe, expect, it } from "vitest";
import { makeRoomsUntilWorkIsDemanded } from "../support/flood";
import { RelayProcess } from "../support/relay-process";
import { create, hears, join, linkOf, PASSWORD, roomOf } from "../support/scenes";
import { Tab } from "../support/tab";

const FORM = { alias: "Ada", roomName: "Greenhouse", password: PASSWORD, lifetimeMinutes: 60 };

let relay: RelayProcess;
afterEach(() => relay.kill());

/** The shares of work that a tab's page shows. */
function follow(tab: Tab): number[] {
  const shown: number[] = [];
  tab.app.step.subscribe((step) => {
    if (step?.name === "working") shown.push(step.done);
  });
  return shown;
}

describe("a relay under load", () => {
  it("has whoever makes a room work first, and the page shows it", async () => {
    // Half of the rooms: that passes by no time, as a flood of joins does.
    relay = await RelayProcess.start(["--max-rooms", "20"]);
    expect(await makeRoomsUntilWorkIsDemanded(relay.origin)).toBe(10);
    const ada = new Tab(relay.origin);
    const shown = follow(ada);
    await ada.app.create(FORM);
    await ada.inside();
    expect(shown[0]).toBe(0);
    expect(shown.at(-1)).toBe(1);
    expect([...shown].sort((a, b) => a - b)).toEqual(shown);
  });

  it("lets those in who join, with work or without", async () => {
    relay = await RelayProcess.start(["--easy-joins", "1"]);
    const ada = await create(relay.origin);
    await makeRoomsUntilWorkIsDemanded(relay.origin);
    // By now so much time may have passed that nothing is asked any more.
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    await grace.inside();
    await roomOf(grace).send("made it");
    await hears(ada, "Grace: made it");
  });

  it("can be given up on while the device works", async () => {
    relay = await RelayProcess.start(["--max-rooms", "20"]);
    const tab = new Tab(relay.origin);
    const working = new Promise<void>((resolve) => {
      tab.app.step.subscribe((step) => {
        if (step?.name === "working") resolve();
      });
    });
    await makeRoomsUntilWorkIsDemanded(relay.origin);
    const creating = tab.app.create(FORM);
    await working;
    tab.app.cancel();
    await creating;
    expect(tab.app.step.value).toBeUndefined();
    expect(tab.app.problem.value).toBeUndefined();
    expect(tab.app.phase.value.at).toBe("start");
  });

  it("that is idle asks nothing of anybody", async () => {
    relay = await RelayProcess.start();
    const ada = new Tab(relay.origin);
    const shown = follow(ada);
    await ada.app.create(FORM);
    await ada.inside();
    const grace = await join(relay.origin, linkOf(ada), "Grace");
    await grace.inside();
    const linus = await create(relay.origin, "Linus");
    expect(shown).toEqual([]);
    expect(linus.app.phase.value.at).toBe("room");
  });
});
