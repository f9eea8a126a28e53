/** What the relay's frames do to marks that were given before, and to a commit that is on its way. */
import { describe, expect, it } from "vitest";
import { Deliveries } from "../../src/session/deliveries";
import { Entries } from "../../src/session/entries";
import { Frames } from "../../src/session/frames";
import type { Room } from "../../src/session/room";
import type { ClientFrame, RelayFrame } from "../../src/wire";

describe("frames", () => {
  it("call nothing everyone's that the relay has forgotten: a line that broke again before the group was entered anew", async () => {
    const entries = new Entries(() => 0);
    const deliveries = new Deliveries(entries, () => true);
    const frames = outside(entries, deliveries);
    const from = { self: true } as never;
    const said = entries.add({ kind: "message", from, body: "a", delivery: "sending" });
    deliveries.sent(said, 5n);
    await frames.take(resumed("gap"));
    await frames.take(resumed("fresh"));
    await frames.take({ type: "Delivered", seq: 50n, completeness: "everyone" });
    const line = entries.list.value.find((entry) => entry.key === said);
    expect(line).toMatchObject({ delivery: "sent" });
  });

  it.each([
    ["gives back a lease that its commit cannot take", 3n, ["Commit", "ReleaseLease"]],
    ["keeps one that its commit takes", 2n, ["Commit"]],
  ] as const)("while the entering commit is sent again, a tab %s", async (_, epoch, types) => {
    const sent: ClientFrame[] = [];
    const unanswered = { type: "Commit", epoch: 2n } as ClientFrame;
    const frames = outside(new Entries(() => 0), new Deliveries({ deliver() {} }, () => true), {
      group: { member: undefined, unanswered, repeatEntering: () => unanswered },
      send: (frame) => sent.push(frame) > 0,
    });
    await frames.take(resumed("fresh"));
    await frames.take({ type: "Lease", epoch, durationMs: 10_000, groupState: new Uint8Array() });
    expect(sent.map(({ type }) => type)).toEqual(types);
  });
});

/** Frames of a tab outside the group: of its room, what a `Resumed` touches. */
function outside(
  entries: Entries,
  deliveries: Deliveries,
  more: { readonly group?: object; send?(frame: ClientFrame): boolean } = {},
): Frames {
  const nothing = () => {};
  const room = {
    attachment: { resumed: nothing },
    expiry: { tighten: nothing },
    people: { setPresences: nothing },
    group: { member: undefined, repeatEntering: nothing, lose: nothing },
    view: { setWhole: nothing },
    send: () => true,
    cover: { lost: nothing },
    entries,
    deliveries,
    ...more,
  };
  const listener = { onStep: nothing, onInside: nothing, end: nothing };
  return new Frames(room as unknown as Room, listener, 1, 0n);
}

function resumed(continuity: "gap" | "fresh"): RelayFrame {
  return {
    type: "Resumed",
    member: 1,
    remainingMs: 600_000,
    epoch: 3n,
    lastMessageId: 1n,
    continuity,
    capsule: new Uint8Array(32),
    members: [],
  };
}
