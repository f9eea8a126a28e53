/**
 * Random histories of mixed groups: joins, refreshes, leaves (several in one commit), kicks with new secrets, updates, commits
 * that lose a race, messages that come late, twice or too late. After every commit all must agree.
 *
 * INTEROP_SEEDS: how many histories, or a list of seeds separated by commas; INTEROP_STEPS: how long each is.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Peer } from "./peer";
import type { Kind, Player } from "./player";
import { Seeded } from "./random";
import { Table } from "./table";

const SEEDS = seeds(process.env.INTEROP_SEEDS ?? "16");
const STEPS = Number(process.env.INTEROP_STEPS ?? "60");
/** Groups grow up to this size. */
const MAX_PLAYERS = 15;

function seeds(text: string): number[] {
  if (text.includes(",")) return text.split(",").filter(Boolean).map(Number);
  return Array.from({ length: Number(text) }, (_, i) => i + 1);
}

let peer: Peer;
beforeAll(() => {
  peer = new Peer();
});
afterAll(() => peer.end());

const KINDS: readonly Kind[] = ["ts", "rust"];

/** One step: its name, for the report, and what it does. Steps that do not fit the moment do nothing. */
type Step = (table: Table, random: Seeded) => Promise<string>;

const joins: Step = async (table, random) => {
  if (table.players.length >= MAX_PLAYERS) return "full";
  const kind = random.pick(KINDS);
  await table.join(kind);
  return `join ${kind}`;
};

const leaves: Step = async (table, random) => {
  if (table.players.length < 2) return "alone";
  const by = random.pick(table.players);
  const others = table.players.filter((p) => p !== by);
  // Sometimes all others at once: the committer is alone again.
  const most = random.below(8) === 0 ? others.length : Math.min(4, others.length);
  const gone = random.sample(others, 1 + random.below(most));
  await table.remove(by, gone);
  return `${by.kind} removes ${gone.map((p) => p.kind).join()}`;
};

const refreshes: Step = async (table, random) => {
  const old = random.pick(table.players);
  const kind = random.pick(KINDS);
  await table.refresh(old, kind);
  return `refresh ${old.kind} to ${kind}`;
};

const kicks: Step = async (table, random) => {
  if (table.players.length < 2) return "alone";
  const [by, target] = random.sample(table.players, 2) as [Player, Player];
  const oldRoot = table.root;
  await table.kick(by, target);
  const stranger = await table.seat(random.pick(KINDS), target.person, oldRoot);
  await expect(stranger.join(table.epoch, table.groupState)).rejects.toThrow();
  await stranger.drop();
  return `${by.kind} kicks ${target.kind}`;
};

const updates: Step = async (table, random) => {
  const by = random.pick(table.players);
  await table.remove(by, []);
  return `update by ${by.kind}`;
};

/** A commit that is discarded leaves no trace, and its maker can commit anew in the same epoch. */
const races: Step = async (table, random) => {
  if (table.players.length < 2) return "alone";
  const [loser, winner] = random.sample(table.players, 2) as [Player, Player];
  await loser.remove([]);
  await loser.discard();
  if (random.below(2) === 0) {
    await table.remove(loser, []);
    return `${loser.kind} commits twice`;
  }
  await table.remove(winner, []);
  return `${winner.kind} before ${loser.kind}`;
};

const talks: Step = async (table, random) => {
  if (table.players.length < 2) return "alone";
  for (let n = 1 + random.below(4); n > 0; n -= 1) await table.say(random.pick(table.players));
  return "talk";
};

/** Letters are heard in any order, some twice, some too late. */
const hears: Step = async (table, random) => {
  for (const letter of random.sample(table.letters, table.letters.length)) {
    for (const p of [...letter.waiting]) {
      if (!table.isReadable(letter)) await table.refuse(letter, p);
      else if (random.below(3) > 0) await table.hear(letter, p);
    }
    const heard = letter.heardBy.filter((p) => table.players.includes(p));
    if (heard.length > 0 && random.below(2) === 0) await table.refuse(letter, random.pick(heard));
  }
  table.letters = table.letters.filter((l) => l.waiting.length > 0 && table.isReadable(l));
  return "hear";
};

/** How often each comes. */
const STEPS_BY_WEIGHT: readonly (readonly [number, Step])[] = [
  [28, joins],
  [14, leaves],
  [14, refreshes],
  [6, kicks],
  [6, updates],
  [6, races],
  [14, talks],
  [14, hears],
];

function choose(random: Seeded): Step {
  let at = random.below(STEPS_BY_WEIGHT.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, step] of STEPS_BY_WEIGHT) {
    if (at < weight) return step;
    at -= weight;
  }
  throw new Error("weights do not add up");
}

describe("random histories", () => {
  test.each(SEEDS)("seed %i", { timeout: 120_000 }, async (seed) => {
    const random = new Seeded(seed);
    const table = new Table(peer);
    const played: string[] = [];
    try {
      await table.found(random.pick(KINDS));
      for (let i = 0; i < STEPS; i += 1) played.push(await choose(random)(table, random));
      await table.hearAll();
      await table.clear();
    } catch (error) {
      throw new Error(
        `seed ${seed}, step ${played.length} (INTEROP_SEEDS=${seed}, plays it again), after: ${played.slice(-8).join("; ")}`,
        { cause: error },
      );
    }
  });
});
