import { describe, expect, it, vi } from "vitest";
import { Expiry, LONGEST_LIFETIME_MS } from "../../src/session/expiry";
import { ManualClock } from "./support/manual-clock";

function start(ms: number) {
  const clock = new ManualClock();
  const onExpired = vi.fn();
  return { clock, onExpired, expiry: new Expiry(clock, ms, onExpired) };
}

describe("expiry", () => {
  it("comes at its time, once, and not before", () => {
    const { clock, onExpired, expiry } = start(5_500);
    clock.pass(5_499);
    expect(onExpired).not.toHaveBeenCalled();
    clock.pass(1);
    expect(onExpired).toHaveBeenCalledOnce();
    expect(expiry.remainingMs.value).toBe(0);
    expiry.check();
    clock.pass(10_000);
    expect(onExpired).toHaveBeenCalledOnce();
    expect(clock.timers).toBe(0);
  });

  it("shows every second of the countdown", () => {
    const { clock, expiry } = start(3_400);
    const shown: number[] = [];
    expiry.remainingMs.subscribe((ms) => shown.push(ms));
    clock.pass(10_000);
    expect(shown).toEqual([3_400, 3_000, 2_000, 1_000, 0]);
  });

  it("comes at the first look after the machine slept past it", () => {
    const { clock, onExpired, expiry } = start(60_000);
    clock.sleep(60_000);
    expect(onExpired).not.toHaveBeenCalled();
    expiry.check();
    expect(onExpired).toHaveBeenCalledOnce();
  });

  it("is not put off by a wall clock that is set back", () => {
    const { clock, onExpired } = start(60_000);
    clock.setWallBack(3_600_000);
    clock.pass(60_000);
    expect(onExpired).toHaveBeenCalledOnce();
  });

  it("comes nearer when the relay says so, and never farther", () => {
    const { clock, onExpired, expiry } = start(60_000);
    expiry.tighten(120_000);
    expect(expiry.remainingMs.value).toBe(60_000);
    expiry.tighten(10_000);
    expect(expiry.remainingMs.value).toBe(10_000);
    clock.pass(10_000);
    expect(onExpired).toHaveBeenCalledOnce();
  });

  it("does not believe in rooms that live longer than any can", () => {
    expect(start(2 ** 32 - 1).expiry.remainingMs.value).toBe(LONGEST_LIFETIME_MS);
  });

  it("does not come after it was stopped", () => {
    const { clock, onExpired, expiry } = start(1_000);
    expiry.stop();
    expiry.check();
    clock.pass(2_000);
    expect(onExpired).not.toHaveBeenCalled();
  });
});
