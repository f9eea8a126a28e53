import { expect, it } from "vitest";
import { Lingering, PATIENCE_MS } from "../../src/session/lingering";
import type { Person } from "../../src/session/types";
import { ManualClock } from "./support/manual-clock";

const person = (id: string, presence: Person["presence"]): Person => ({
  id,
  alias: id,
  words: ["amber", "ladder"],
  mark: new Uint8Array(32),
  self: false,
  presence,
});

function start() {
  const clock = new ManualClock();
  const told: string[] = [];
  return { clock, told, lingering: new Lingering(clock, ({ id }) => told.push(id)) };
}

it("reports who is still there, once, and not before its time", () => {
  const { clock, told, lingering } = start();
  lingering.update([person("a", "leaving"), person("b", "here"), person("c", "away")]);
  clock.pass(PATIENCE_MS - 1);
  lingering.update([person("a", "leaving")]);
  expect(told).toEqual([]);
  clock.pass(1);
  lingering.update([person("a", "leaving")]);
  clock.pass(2 * PATIENCE_MS);
  expect(told).toEqual(["a"]);
});

it("reports nobody who was removed or came back in time", () => {
  const { clock, told, lingering } = start();
  lingering.update([person("a", "leaving"), person("b", "leaving")]);
  lingering.update([person("b", "here")]);
  clock.pass(2 * PATIENCE_MS);
  expect(told).toEqual([]);
});

it("does not count the time without a connection", () => {
  const { clock, told, lingering } = start();
  lingering.update([person("a", "leaving")]);
  clock.pass(PATIENCE_MS - 1);
  lingering.stop();
  clock.pass(PATIENCE_MS);
  lingering.update([person("a", "leaving")]);
  clock.pass(PATIENCE_MS - 1);
  expect(told).toEqual([]);
  clock.pass(1);
  expect(told).toEqual(["a"]);
});
