/**
 * The relay forgets: within a second after a room has ended, no piece of what it held of the room stands in its memory, be
 * it payload, room id, sealed name, capsule or the key of a session.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Certificate } from "../harness/certificate";
import { Clock } from "../harness/clock";
import { House } from "../harness/house";
import { copyMemory } from "../harness/memory";
import type { Person } from "../harness/person";
import { findRemains, type Holdings, holdings } from "../harness/remains";

/** The example `remembering`: the same program, whose allocator does not overwrite what is freed. */
const remembering = process.env.SANCTUARY_REMEMBERING;

/** How soon after the end the memory is copied, in milliseconds. */
const SOON = 500;

/** Everything that happens in a room: create, wrong password, join, talk, refresh, leave; and two stand at the door, and stay. */
async function live(house: House): Promise<[Person, Person]> {
  const [ada, ben, cleo, ...guests] = await house.people(5);
  const invitation = await ada.create(house.origin, { alias: "Ada", lifetimeMinutes: 5 });
  await ben.page.goto(invitation.link);
  await ben.knock("not the password", "Ben");
  await ben.sees(/wrong password/i);
  await ben.enter(invitation, "Ben");
  await cleo.join(invitation, "Cleo");
  // Whichever thread serves the room, at least one of two that come after each other has come to another.
  for (const guest of guests) {
    await guest.page.goto(invitation.link);
    await guest.field("Password").waitFor();
  }
  for (let i = 0; i < 10; i++) await ada.say(`number ${i}: ${"words ".repeat(50)}`);
  await cleo.sees(/number 9/);
  await cleo.leave();
  await ben.page.reload();
  await ben.isInside();
  await ben.say("after a refresh");
  await ada.sees("after a refresh");
  return [ada, ben];
}

interface Outcome {
  readonly before: string[];
  readonly after: string[];
  readonly kinds: number;
}

/** Plays a room to its end, and looks into the relay's memory before and after. */
async function play(
  house: House,
  end: (inside: [Person, Person]) => Promise<void>,
): Promise<Outcome> {
  const passed = house.tap.messages().length;
  const inside = await live(house);
  const during = copyMemory(house.relay.pid);
  await end(inside);
  await new Promise((resolve) => setTimeout(resolve, SOON));
  const afterwards = copyMemory(house.relay.pid);
  const held: Holdings = holdings(house.tap.messages().slice(passed));
  return {
    before: findRemains(during, held),
    after: findRemains(afterwards, held),
    kinds: held.size,
  };
}

function endings(open: () => House, clock: Clock) {
  return {
    purge: () =>
      play(open(), async ([ada, ben]) => {
        await ben.purge();
        await ada.isAtTheEnd("purged");
      }),
    expiry: () =>
      play(open(), async ([ada, ben]) => {
        clock.advance(301);
        for (const person of [ada, ben]) await person.isAtTheEnd("expired");
      }),
  };
}

interface SuiteOptions {
  readonly program?: string | undefined;
  readonly overTls?: boolean;
}

function suite(
  { program, overTls = false }: SuiteOptions,
  expectation: (outcome: Outcome) => void,
) {
  const clock = new Clock();
  const certificate = overTls ? new Certificate() : undefined;
  const house = new House({
    wiretapped: true,
    clock,
    ...(program === undefined ? {} : { program }),
    ...(certificate === undefined ? {} : { certificate }),
  });
  beforeAll(() => house.open());
  afterAll(async () => {
    await house.close();
    clock.remove();
    certificate?.remove();
  });
  const { purge, expiry } = endings(() => house, clock);
  test("after a purge", async () => expectation(await purge()));
  test("after expiry", async () => expectation(await expiry()));
}

const isForgotten = ({ before, after, kinds }: Outcome) => {
  expect(kinds).toBeGreaterThan(8);
  // The same search finds what a living room holds.
  expect(before.join()).toMatch(/groupState/);
  expect(before.join()).toMatch(/capsule/);
  expect(after).toEqual([]);
};

describe("nothing of a room is left in the memory of the relay", () => suite({}, isForgotten));

describe("nor where TLS has passed it on", () => suite({ overTls: true }, isForgotten));

describe.skipIf(remembering === undefined)(
  "control: a relay that frees without overwriting still has much of it",
  () => {
    suite({ program: remembering }, ({ after }) => {
      expect(after.join()).toMatch(/payload/);
      expect(after.length).toBeGreaterThan(2);
    });
  },
);
