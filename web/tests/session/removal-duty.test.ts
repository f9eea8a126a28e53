import { describe, expect, it, vi } from "vitest";
import { RemovalDuty } from "../../src/session/removal-duty";
import { ManualClock } from "./support/manual-clock";

function start() {
  const clock = new ManualClock();
  const onDue = vi.fn();
  return { clock, onDue, duty: new RemovalDuty(clock, onDue) };
}

describe("the duty to remove", () => {
  it("is due after 1.5 s for the first in rank, and 3 s later for each one after", () => {
    for (const [rank, wait] of [
      [0, 1_500],
      [1, 4_500],
      [5, 16_500],
    ] as const) {
      const { clock, onDue, duty } = start();
      duty.update(1, rank);
      clock.pass(wait - 1);
      expect(duty.due).toBe(false);
      clock.pass(1);
      expect(duty.due).toBe(true);
      expect(onDue).toHaveBeenCalledOnce();
    }
  });

  it("is called off when nobody is gone any more", () => {
    const { clock, onDue, duty } = start();
    duty.update(2, 0);
    duty.update(1, 0);
    clock.pass(1_000);
    duty.update(0, 0);
    clock.pass(60_000);
    expect(onDue).not.toHaveBeenCalled();
    expect(clock.timers).toBe(0);
  });

  it("does not start anew with every change, so that it comes at all in a busy room", () => {
    const { clock, onDue, duty } = start();
    for (let i = 0; i < 15; i += 1) {
      duty.update(1 + i, 0);
      clock.pass(100);
    }
    expect(onDue).toHaveBeenCalledOnce();
  });

  it("stays due until nobody is gone, and comes again for the next", () => {
    const { clock, onDue, duty } = start();
    duty.update(1, 0);
    clock.pass(1_500);
    duty.update(1, 0);
    expect(duty.due).toBe(true);
    duty.update(0, 0);
    expect(duty.due).toBe(false);
    duty.update(1, 0);
    clock.pass(1_500);
    expect(onDue).toHaveBeenCalledTimes(2);
  });
});
