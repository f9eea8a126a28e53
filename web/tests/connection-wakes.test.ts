/** What wakes a connection, by the events and clocks of a page. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Stop } from "../src/connection";
import { onWake, type WakePage } from "../src/connection/wakes";

class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";
}

let page: WakePage & { readonly document: FakeDocument };
let wakes: number;
let stop: Stop;

beforeEach(() => {
  vi.useFakeTimers();
  page = { window: new EventTarget(), document: new FakeDocument(), connection: new EventTarget() };
  wakes = 0;
  stop = onWake(() => {
    wakes += 1;
  }, page);
});

afterEach(() => {
  stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe("a connection is woken", () => {
  it.each([
    ["window", "online"],
    ["window", "pageshow"],
    ["window", "focus"],
    ["document", "visibilitychange"],
    ["document", "resume"],
    ["connection", "change"],
  ] as const)("by the %s's event %s, until it is stopped", (target, name) => {
    page[target]?.dispatchEvent(new Event(name));
    expect(wakes).toBe(1);
    stop();
    page[target]?.dispatchEvent(new Event(name));
    expect(wakes).toBe(1);
  });

  it("where the browser knows nothing of networks, by all the others", () => {
    stop();
    stop = onWake(
      () => {
        wakes += 1;
      },
      { ...page, connection: undefined },
    );
    page.window.dispatchEvent(new Event("online"));
    expect(wakes).toBe(1);
  });

  it("not by being hidden", () => {
    page.document.visibilityState = "hidden";
    page.document.dispatchEvent(new Event("visibilitychange"));
    expect(wakes).toBe(0);
  });

  it("within two seconds after the machine has slept, once, though nothing was told", () => {
    vi.advanceTimersByTime(60_000);
    expect(wakes).toBe(0);
    // Asleep: the wall clock goes on, timers do not.
    vi.setSystemTime(Date.now() + 600_000);
    vi.advanceTimersByTime(2_000);
    expect(wakes).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect(wakes).toBe(1);
  });

  it("not by late timers of a page that nobody sees", () => {
    page.document.visibilityState = "hidden";
    vi.setSystemTime(Date.now() + 600_000);
    vi.advanceTimersByTime(2_000);
    expect(wakes).toBe(0);
  });
});
