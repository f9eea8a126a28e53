/** What wakes a connection, by the events and clocks of a page. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Stop } from "../src/connection";
import { onWake, type Wake, type WakePage } from "../src/connection/wakes";

class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";
}

class FakeConnection extends EventTarget {
  type: string | undefined = "wifi";
}

let page: WakePage & { readonly document: FakeDocument; readonly connection: FakeConnection };
let wakes: Wake[];
let stop: Stop;

const note = (wake: Wake) => void wakes.push(wake);

beforeEach(() => {
  vi.useFakeTimers();
  page = {
    window: new EventTarget(),
    document: new FakeDocument(),
    connection: new FakeConnection(),
  };
  wakes = [];
  stop = onWake(note, page);
});

afterEach(() => {
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function turn(visibility: DocumentVisibilityState): void {
  page.document.visibilityState = visibility;
  page.document.dispatchEvent(new Event("visibilitychange"));
}

describe("a connection is woken", () => {
  it.each([
    ["window", "online", "changed"],
    ["window", "offline", "offline"],
    ["window", "pageshow", "noticed"],
    ["window", "focus", "noticed"],
    ["document", "resume", "noticed"],
  ] as const)("by the %s's event %s, as %s, until it is stopped", (target, name, wake) => {
    page[target].dispatchEvent(new Event(name));
    expect(wakes).toEqual([wake]);
    stop();
    page[target].dispatchEvent(new Event(name));
    expect(wakes).toEqual([wake]);
  });

  it("by being seen after it was hidden, and by nothing less", () => {
    turn("visible");
    turn("hidden");
    turn("hidden");
    expect(wakes).toEqual([]);
    turn("visible");
    turn("visible");
    expect(wakes).toEqual(["changed"]);
  });

  it("by being seen for the first time, if it was opened in the background", () => {
    stop();
    page.document.visibilityState = "hidden";
    stop = onWake(note, page);
    turn("visible");
    expect(wakes).toEqual(["changed"]);
  });

  it("by another kind of network, and not by each new estimate of the same", () => {
    const { connection } = page;
    for (let estimate = 0; estimate < 5; estimate += 1) {
      connection.dispatchEvent(new Event("change"));
    }
    expect(wakes).toEqual([]);
    connection.type = "cellular";
    connection.dispatchEvent(new Event("change"));
    connection.dispatchEvent(new Event("change"));
    expect(wakes).toEqual(["changed"]);
    stop();
    connection.type = "wifi";
    connection.dispatchEvent(new Event("change"));
    expect(wakes).toEqual(["changed"]);
  });

  it("not by estimates of a browser that does not tell the kind", () => {
    stop();
    page.connection.type = undefined;
    stop = onWake(note, page);
    page.connection.dispatchEvent(new Event("change"));
    expect(wakes).toEqual([]);
  });

  it("where the browser knows nothing of networks, by all the others", () => {
    stop();
    stop = onWake(note, { ...page, connection: undefined });
    page.window.dispatchEvent(new Event("online"));
    expect(wakes).toEqual(["changed"]);
  });

  it("within two seconds after the machine has slept, once, though nothing was told", () => {
    vi.advanceTimersByTime(60_000);
    expect(wakes).toEqual([]);
    // Asleep: the wall clock goes on, timers do not.
    vi.setSystemTime(Date.now() + 600_000);
    vi.advanceTimersByTime(2_000);
    expect(wakes).toEqual(["changed"]);
    vi.advanceTimersByTime(60_000);
    expect(wakes).toEqual(["changed"]);
  });

  it("not by late timers of a page that nobody sees", () => {
    page.document.visibilityState = "hidden";
    vi.setSystemTime(Date.now() + 600_000);
    vi.advanceTimersByTime(2_000);
    expect(wakes).toEqual([]);
  });
});
