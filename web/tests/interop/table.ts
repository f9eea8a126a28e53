/**
 * A room without a relay: it orders commits, keeps the newest group state, and after every commit holds all players to the
 * same epoch authenticator, safety phrase, roster and effect.
 */
import { expect } from "vitest";
import type { Peer } from "./peer";
import {
  type Effect,
  type Fresh,
  type Kind,
  type Made,
  type Person,
  type Player,
  randomHex,
} from "./player";
import { RustPlayer } from "./rust-player";
import { TsPlayer } from "./ts-player";

/** How many epochs before the current one can still be read. */
const PAST_EPOCHS = 2;

/** A message that some have still to hear. */
export interface Letter {
  readonly from: Player;
  readonly epoch: number;
  readonly payload: string;
  readonly data: string;
  /** Those who were there when it was said and have not heard it. */
  readonly waiting: Player[];
  readonly heardBy: Player[];
}

export class Table {
  readonly roomId = randomHex(16);
  players: Player[] = [];
  letters: Letter[] = [];
  epoch = 0;
  groupState = "";
  #root = randomHex(32);
  #lastMember = 0;
  /** Of those who took another one. */
  readonly #aliases = new Map<string, string>();

  constructor(private readonly peer: Peer) {}

  /** The root that a newcomer needs now. */
  get root(): string {
    return this.#root;
  }

  newPerson(): Person {
    this.#lastMember += 1;
    const member = this.#lastMember;
    const { roomId } = this;
    return {
      roomId,
      alias: `member ${member}`,
      member,
      identity: randomHex(16),
      seed: randomHex(32),
    };
  }

  /** A player with the room's current secrets, who is not in the group yet. */
  seat(kind: Kind, person: Person = this.newPerson(), root = this.#root): Promise<Player> {
    return kind === "ts" ? TsPlayer.make(person, root) : RustPlayer.make(person, root, this.peer);
  }

  /** The first player founds the group. */
  async found(kind: Kind): Promise<Player> {
    const player = await this.seat(kind);
    this.groupState = await player.create();
    this.players = [player];
    await this.check();
    return player;
  }

  async join(kind: Kind): Promise<Player> {
    const player = await this.seat(kind);
    const made = await player.join(this.epoch, this.groupState);
    const effects = await this.#land(player, made, this.players);
    this.players.push(player);
    for (const e of effects) expect(e).toEqual({ ...NOTHING, joined: player.person.identity });
    await this.check();
    return player;
  }

  /** `old` comes back after a refresh, perhaps as the other implementation; its old state is told that it is replaced. */
  async refresh(old: Player, kind: Kind): Promise<Player> {
    const { identity } = old.person;
    const player = await this.seat(kind, old.person);
    const made = await player.join(this.epoch, this.groupState);
    const others = this.players.filter((p) => p !== old);
    const replaced = old.apply(this.epoch, old.person.member, made.commit);
    // Whether it also learns that it was itself who came back is up to the implementation.
    expect({ ...(await replaced), resynced: undefined }).toEqual({ ...NOTHING, selfRemoved: true });
    const effects = await this.#land(player, made, others);
    for (const e of effects) expect(e).toEqual({ ...NOTHING, resynced: identity });
    await this.#remove([old]);
    this.players = [...others, player];
    await this.check();
    return player;
  }

  /** `by` removes others in one commit; with none, it only brings fresh keys. */
  async remove(by: Player, gone: readonly Player[]): Promise<void> {
    const ids = gone.map((p) => p.person.identity);
    const made = await by.remove(ids);
    await this.#finishRemoval(by, gone, made, undefined);
  }

  /** Somebody takes another alias: all hear of it, and those who come after see it. */
  async rename(by: Player, alias: string): Promise<void> {
    const made = await by.rename(alias);
    const others = this.players.filter((p) => p !== by);
    const effects = await this.#land(by, made, others);
    const { identity } = by.person;
    this.#aliases.set(identity, alias);
    for (const e of effects) expect(e).toEqual({ ...NOTHING, renamed: identity, by: identity });
    await this.check();
  }

  async kick(by: Player, target: Player): Promise<void> {
    const fresh = { root: randomHex(32), linkSecret: randomHex(24), password: randomHex(8) };
    const made = await by.kick(target.person.identity, fresh, "the room");
    await this.#finishRemoval(by, [target], made, fresh);
    this.#root = fresh.root;
  }

  async #finishRemoval(
    by: Player,
    gone: readonly Player[],
    made: Made,
    rekey: Fresh | undefined,
  ): Promise<void> {
    const removed = gone.map((p) => p.person.identity).sort();
    const what = { ...NOTHING, by: by.person.identity, removed };
    for (const p of gone) {
      const effect = await p.apply(this.epoch, by.person.member, made.commit);
      expect(sorted(effect)).toEqual({ ...what, selfRemoved: true });
    }
    const others = this.players.filter((p) => p !== by && !gone.includes(p));
    const effects = await this.#land(by, made, others);
    for (const e of effects) expect(sorted(e)).toEqual({ ...what, rekey });
    await this.#remove(gone);
    await this.check();
  }

  /** The relay accepts a commit: its maker moves on, the others apply it. */
  async #land(maker: Player, made: Made, others: readonly Player[]): Promise<Effect[]> {
    const effects = await Promise.all(
      others.map((p) => p.apply(this.epoch, maker.person.member, made.commit)),
    );
    await maker.accept();
    this.epoch += 1;
    this.groupState = made.groupState;
    return effects;
  }

  /** Those who are out can read nothing that is said from now on. */
  async #remove(gone: readonly Player[]): Promise<void> {
    this.players = this.players.filter((p) => !gone.includes(p));
    this.letters = this.letters.filter((l) => !gone.includes(l.from));
    for (const letter of this.letters) {
      for (const p of gone) {
        if (letter.waiting.includes(p)) letter.waiting.splice(letter.waiting.indexOf(p), 1);
      }
    }
    const [speaker] = this.players;
    const said = await speaker?.say("00");
    for (const p of gone) {
      if (said !== undefined) await expect(p.hear(said.epoch, said.payload)).rejects.toThrow();
      await p.drop();
    }
  }

  /** Say something; everybody else has to hear it some time. */
  async say(from: Player, data = randomHex(20)): Promise<Letter> {
    const { epoch, payload } = await from.say(data);
    expect(epoch).toBe(this.epoch);
    const waiting = this.players.filter((p) => p !== from);
    const letter = { from, epoch, payload, data, waiting, heardBy: [] };
    this.letters.push(letter);
    return letter;
  }

  /** `player` hears a letter that waits for it. */
  async hear(letter: Letter, player: Player): Promise<void> {
    letter.waiting.splice(letter.waiting.indexOf(player), 1);
    letter.heardBy.push(player);
    const heard = await player.hear(letter.epoch, letter.payload);
    expect(heard).toEqual({ from: letter.from.person.identity, data: letter.data });
  }

  /** A letter that was heard comes again, or came too late: nobody may read it. */
  async refuse(letter: Letter, player: Player): Promise<void> {
    await expect(player.hear(letter.epoch, letter.payload)).rejects.toThrow();
  }

  /** Everybody hears what is still waiting and can be read. */
  async hearAll(): Promise<void> {
    for (const letter of this.letters) {
      for (const p of [...letter.waiting]) {
        if (this.isReadable(letter)) await this.hear(letter, p);
        else await this.refuse(letter, p);
      }
    }
    this.letters = [];
  }

  isReadable({ epoch }: Letter): boolean {
    return this.epoch - epoch <= PAST_EPOCHS;
  }

  /** All agree on everything. */
  async check(): Promise<void> {
    const states = await Promise.all(this.players.map((p) => p.state()));
    const [first] = states;
    for (const [i, state] of states.entries()) {
      expect(state, `${this.players[i]?.kind} against ${this.players[0]?.kind}`).toEqual(first);
    }
    const people = this.players.map((p) => p.person);
    const names = people.map(({ identity, member, alias }) => ({
      identity,
      member,
      alias: this.#aliases.get(identity) ?? alias,
    }));
    const byIdentity = (a: { identity: string }, b: { identity: string }) =>
      a.identity < b.identity ? -1 : 1;
    expect(first?.epoch).toBe(this.epoch);
    expect([...(first?.roster ?? [])].sort(byIdentity)).toEqual(names.sort(byIdentity));
  }

  async clear(): Promise<void> {
    for (const p of this.players) await p.drop();
  }
}

const NOTHING: Effect = {
  joined: undefined,
  resynced: undefined,
  renamed: undefined,
  by: undefined,
  removed: [],
  selfRemoved: false,
  rekey: undefined,
};

function sorted(effect: Effect): Effect {
  return { ...effect, removed: [...effect.removed].sort() };
}
