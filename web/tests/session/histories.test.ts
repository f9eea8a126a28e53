/**
 * Random histories of a room, played by real sessions over a model of the relay and a network that breaks at any frame: many
 * with a group without cryptography, and a few with the real one. What must hold stands in `support/histories.ts`.
 */
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { Member } from "../../src/e2ee";
import { watchTasks } from "./support/ends";
import { type Step, World } from "./support/histories";
import { createLightly, joinLightly, noteSealed } from "./support/light-group";

/** `HISTORIES=2000` plays more of them, `HISTORIES_SEED=7` others. */
const HISTORIES = Number(process.env.HISTORIES ?? 80);
const SEED = Number(process.env.HISTORIES_SEED ?? 1);

const who = fc.nat(9);
const frames = fc.integer({ min: 1, max: 3 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ is: fc.constant("say" as const), who }) },
  { weight: 14, arbitrary: fc.record({ is: fc.constant("up" as const), who, frames }) },
  { weight: 14, arbitrary: fc.record({ is: fc.constant("down" as const), who, frames }) },
  {
    weight: 8,
    arbitrary: fc.record({
      is: fc.constant("lost-answer" as const),
      who,
      notices: fc.boolean(),
    }),
  },
  { weight: 18, arbitrary: fc.record({ is: fc.constant("quiet" as const), who }) },
  {
    weight: 6,
    arbitrary: fc.record({ is: fc.constant("cut" as const), who, notices: fc.boolean() }),
  },
  { weight: 14, arbitrary: fc.record({ is: fc.constant("back" as const), who }) },
  { weight: 4, arbitrary: fc.record({ is: fc.constant("flicker" as const), who, frames }) },
  { weight: 4, arbitrary: fc.constant<Step>({ is: "calm" }) },
  { weight: 6, arbitrary: fc.constant<Step>({ is: "join" }) },
  { weight: 2, arbitrary: fc.record({ is: fc.constant("rename" as const), who }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("leave" as const), who }) },
  { weight: 3, arbitrary: fc.constant<Step>({ is: "forget-absent" }) },
  { weight: 4, arbitrary: fc.constant<Step>({ is: "drop-kept" }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant("repeat" as const), who }) },
  { weight: 6, arbitrary: fc.constant<Step>({ is: "report" }) },
  { weight: 6, arbitrary: fc.record({ is: fc.constant("wait" as const), ms: fc.nat(6_000) }) },
);
// Four parts, so that short ones are seldom and can be found all the same.
const part = fc.array(step, { maxLength: 60, size: "max" });
const history = fc.tuple(part, part, part, part).map((parts) => parts.flat());

beforeAll(watchTasks);
afterAll(() => vi.restoreAllMocks());

describe("a random history, with a group without cryptography,", () => {
  const spies: { mockRestore(): void }[] = [];
  beforeEach(() => {
    spies.push(vi.spyOn(Member, "create").mockImplementation(createLightly));
    spies.push(vi.spyOn(Member, "join").mockImplementation(joinLightly));
  });
  afterEach(() => {
    for (const spy of spies.splice(0)) spy.mockRestore();
  });

  it("loses no message untold, doubles none and swaps none, and comes to rest", async () => {
    let [gaps, texts] = [0, 0];
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const world = await World.play(steps);
        gaps += world.gaps;
        texts += world.texts;
      }),
      { numRuns: HISTORIES, seed: SEED },
    );
    expect(gaps).toBeGreaterThan(HISTORIES / 10);
    expect(texts).toBeGreaterThan(HISTORIES);
  }, 600_000);
});

describe("a random history, with the real group,", () => {
  const { encrypt } = Member.prototype;
  beforeAll(() => {
    vi.spyOn(Member.prototype, "encrypt").mockImplementation(async function (
      this: Member,
      data,
      atLeast,
    ) {
      const sealed = await encrypt.call(this, data, atLeast);
      noteSealed(data, sealed.payload);
      return sealed;
    });
  });

  it.each(
    fc.sample(history, { numRuns: 4, seed: SEED }).map((steps, i) => [i + 1, steps] as const),
  )(
    "number %i, holds as well",
    async (_, steps) => {
      await World.play(steps);
    },
    120_000,
  );
});
