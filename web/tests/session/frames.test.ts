/** What the relay's frames do to marks that were given before. */
import { describe, expect, it } from "vitest";
import { Deliveries } from "../../src/session/deliveries";
import { Entries } from "../../src/session/entries";
import { Frames } from "../../src/session/frames";
import type { Room } from "../../src/session/room";
import type { RelayFrame } from "../../src/wire";

describe("frames", () => {
  it("call nothing everyone's that the relay has forgotten: a line that broke again before the group was entered anew", async () => {
    const entries = new Entries(() => 0);
    const deliveries = new Deliveries(entries, () => false);
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
});

/** Frames of a tab outside the group: of its room, what a `Resumed` touches. */
function outside(entries: Entries, deliveries: Deliveries): Frames {
  const nothing = () => {};
  const room = {
    attachment: { resumed: nothing },
    expiry: { tighten: nothing },
    people: { setPresences: nothing },
    group: { member: undefined, lose: nothing },
    view: { setWhole: nothing },
    send: () => true,
    cover: { lost: nothing },
    entries,
    deliveries,
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
