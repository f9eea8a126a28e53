/** Sending again what did not go out. */
import { expect, it } from "vitest";
import { Deliveries } from "../../src/session/deliveries";
import { Entries } from "../../src/session/entries";
import { Outbox } from "../../src/session/outbox";
import type { People } from "../../src/session/people";
import { Texts } from "../../src/session/texts";
import type { Bytes, ClientFrame } from "../../src/wire";

it("sends a failed message again once, at the end, where the others will see it", async () => {
  const entries = new Entries(() => 0);
  const deliveries = new Deliveries(entries, () => false);
  const sent: ClientFrame[] = [];
  const broken = { is: true };
  const encrypt = (data: Bytes) =>
    broken.is ? Promise.reject(new Error("no")) : Promise.resolve({ epoch: 0n, payload: data });
  const outbox = new Outbox(
    {
      group: { member: { epoch: 0n, encrypt }, enteredAfter: () => [] },
      deliveries,
      whole: true,
      fits: () => true,
      send: (frame) => sent.push(frame) > 0,
    },
    0n,
  );
  const self = { value: { id: "ada" } };
  const texts = new Texts(entries, { self } as unknown as People, outbox, deliveries);
  const shown = () =>
    entries.list.value.map((entry) =>
      entry.kind === "message" ? [entry.body, entry.delivery] : [],
    );

  texts.write("first");
  await outbox.pump();
  broken.is = false;
  texts.write("second");
  await outbox.pump();
  expect(shown()).toEqual([
    ["first", "failed"],
    ["second", "sending"],
  ]);
  const key = entries.list.value[0]?.key ?? "";
  // Pressed twice, as an impatient finger does.
  texts.writeAgain(key);
  texts.writeAgain(key);
  await outbox.pump();
  expect(shown()).toEqual([
    ["second", "sending"],
    ["first", "sending"],
  ]);
  expect(sent).toHaveLength(2);
  outbox.acked(1n, 4n);
  outbox.acked(2n, 5n);
  deliveries.told(5n, "everyone");
  expect(shown()).toEqual([
    ["second", "everyone"],
    ["first", "everyone"],
  ]);
});
