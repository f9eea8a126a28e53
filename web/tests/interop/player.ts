/** Members of both implementations behind one interface, so that a history can be played without knowing who is which. */

import type { Pending, RosterMember } from "../../src/e2ee";
import { Member, RoomSecrets } from "../../src/e2ee";
import type { Peer } from "./peer";

export type Kind = "ts" | "rust";
export type Bytes = Uint8Array<ArrayBuffer>;

/** Who a player is, whatever plays it: a refresh may even change the implementation. */
export interface Person {
  readonly roomId: string;
  readonly alias: string;
  readonly member: number;
  readonly identity: string;
  readonly seed: string;
}

export interface Made {
  readonly commit: string;
  readonly groupState: string;
}

export interface MadeKick extends Made {
  readonly admissionKey: string;
  readonly sealedName: string;
}

export interface Fresh {
  readonly root: string;
  readonly linkSecret: string;
  readonly password: string;
}

/** What a commit did, by identities. */
export interface Effect {
  readonly joined: string | undefined;
  readonly resynced: string | undefined;
  readonly by: string | undefined;
  readonly removed: readonly string[];
  readonly selfRemoved: boolean;
  readonly rekey: Fresh | undefined;
}

export interface State {
  readonly epoch: number;
  readonly authenticator: string;
  readonly safety: readonly string[];
  readonly roster: readonly { identity: string; member: number; alias: string | undefined }[];
}

/** A member of either implementation. Bytes are hex. */
export interface Player {
  readonly kind: Kind;
  readonly person: Person;
  create(): Promise<string>;
  join(epoch: number, groupState: string): Promise<Made>;
  remove(identities: readonly string[]): Promise<Made>;
  kick(identity: string, fresh: Fresh, roomName: string): Promise<MadeKick>;
  accept(): Promise<void>;
  discard(): Promise<void>;
  apply(epoch: number, member: number, commit: string): Promise<Effect>;
  say(data: string): Promise<{ epoch: number; payload: string }>;
  hear(epoch: number, payload: string): Promise<{ from: string; data: string }>;
  state(): Promise<State>;
  drop(): Promise<void>;
}

export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const toBytes = (hex: string): Bytes => new Uint8Array(Buffer.from(hex, "hex"));
export const randomHex = (length: number): string =>
  toHex(crypto.getRandomValues(new Uint8Array(length)));

/** Make a player that holds the room's current root. */
export function makePlayer(kind: Kind, person: Person, root: string, peer: Peer): Promise<Player> {
  return kind === "ts" ? TsPlayer.make(person, root) : RustPlayer.make(person, root, peer);
}

class TsPlayer implements Player {
  readonly kind = "ts";
  #member: Member | undefined;
  #accept: (() => void) | undefined;
  #discard: (() => void) | undefined;

  private constructor(
    readonly person: Person,
    private readonly secrets: RoomSecrets,
  ) {}

  static async make(person: Person, root: string): Promise<Player> {
    const secrets = await RoomSecrets.fromRoot(toBytes(root), toBytes(person.roomId));
    return new TsPlayer(person, secrets);
  }

  /** The member itself, for checks of what only this implementation shows. */
  get member(): Member {
    if (this.#member === undefined) throw new Error("not in a group");
    return this.#member;
  }

  get #params() {
    const { roomId, alias, member, identity, seed } = this.person;
    return {
      roomId: toBytes(roomId),
      secrets: this.secrets,
      alias,
      memberNumber: member,
      identity: toBytes(identity),
      signatureSeed: toBytes(seed),
    };
  }

  async create(): Promise<string> {
    const { member, groupState } = await Member.create(this.#params);
    this.#member = member;
    return toHex(groupState);
  }

  async join(epoch: number, groupState: string): Promise<Made> {
    const pending = await Member.join(this.#params, BigInt(epoch), toBytes(groupState));
    return this.#hold(pending, (member) => {
      this.#member = member;
    });
  }

  async remove(identities: readonly string[]): Promise<Made> {
    return this.#hold(await this.member.commitRemoval(identities.map(toBytes)));
  }

  async kick(identity: string, fresh: Fresh, roomName: string): Promise<MadeKick> {
    const pending = await this.member.commitKick(toBytes(identity), {
      root: toBytes(fresh.root),
      linkSecret: toBytes(fresh.linkSecret),
      password: fresh.password,
      roomName,
    });
    return {
      ...this.#hold(pending),
      admissionKey: toHex(pending.admissionKey),
      sealedName: toHex(pending.sealedName),
    };
  }

  #hold<T>(pending: Pending<T>, accepted: (value: T) => void = () => {}): Made {
    this.#accept = () => accepted(pending.accept());
    this.#discard = () => pending.discard();
    return { commit: toHex(pending.commit), groupState: toHex(pending.groupState) };
  }

  async accept(): Promise<void> {
    this.#accept?.();
  }

  async discard(): Promise<void> {
    this.#discard?.();
  }

  async apply(epoch: number, member: number, commit: string): Promise<Effect> {
    const effect = await this.member.applyCommit(BigInt(epoch), member, toBytes(commit));
    const name = (m: RosterMember | undefined) => m && toHex(m.identity);
    const { rekey } = effect;
    return {
      joined: name(effect.joined),
      resynced: name(effect.resynced),
      by: name(effect.by),
      removed: effect.removed.map((m) => toHex(m.identity)),
      selfRemoved: effect.selfRemoved,
      rekey: rekey && {
        root: toHex(rekey.secrets.root),
        linkSecret: toHex(rekey.linkSecret),
        password: rekey.password,
      },
    };
  }

  async say(data: string) {
    const { epoch, payload } = await this.member.encrypt(toBytes(data));
    return { epoch: Number(epoch), payload: toHex(payload) };
  }

  async hear(epoch: number, payload: string) {
    const { from, data } = await this.member.decrypt(BigInt(epoch), toBytes(payload));
    return { from: toHex(from.identity), data: toHex(data) };
  }

  async state(): Promise<State> {
    const { member } = this;
    return {
      epoch: Number(member.epoch),
      authenticator: toHex(member.epochAuthenticator()),
      safety: member.safetyPhrase(),
      roster: member.roster.map(({ identity, memberNumber, alias }) => ({
        identity: toHex(identity),
        member: memberNumber,
        alias,
      })),
    };
  }

  async drop(): Promise<void> {
    this.#member?.wipe();
  }
}

let rustPlayers = 0;

class RustPlayer implements Player {
  readonly kind = "rust";

  private constructor(
    readonly person: Person,
    private readonly name: string,
    private readonly peer: Peer,
  ) {}

  static async make(person: Person, root: string, peer: Peer): Promise<Player> {
    rustPlayers += 1;
    const player = new RustPlayer(person, `m${rustPlayers}`, peer);
    const { roomId, ...rest } = person;
    await player.#ask("new", { room_id: roomId, root, ...rest });
    return player;
  }

  #ask(op: string, request: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    return this.peer.ask({ op, m: this.name, ...request });
  }

  async create(): Promise<string> {
    return text((await this.#ask("create")).group_state);
  }

  async join(epoch: number, groupState: string): Promise<Made> {
    return made(await this.#ask("join", { epoch, group_state: groupState }));
  }

  async remove(identities: readonly string[]): Promise<Made> {
    return made(await this.#ask("remove", { identities }));
  }

  async kick(identity: string, fresh: Fresh, roomName: string): Promise<MadeKick> {
    const { root, linkSecret, password } = fresh;
    const secrets = { root, link_secret: linkSecret, password, room_name: roomName };
    const answer = await this.#ask("kick", { identity, ...secrets });
    return {
      ...made(answer),
      admissionKey: text(answer.admission_key),
      sealedName: text(answer.sealed_name),
    };
  }

  async accept(): Promise<void> {
    await this.#ask("accept");
  }

  async discard(): Promise<void> {
    await this.#ask("discard");
  }

  async apply(epoch: number, member: number, commit: string): Promise<Effect> {
    const a = await this.#ask("commit", { epoch, member, commit });
    const rekey = a.rekey as Record<string, string> | undefined;
    return {
      joined: a.joined as string | undefined,
      resynced: a.resynced as string | undefined,
      by: a.by as string | undefined,
      removed: a.removed as string[],
      selfRemoved: a.self_removed as boolean,
      rekey: rekey && {
        root: text(rekey.root),
        linkSecret: text(rekey.link_secret),
        password: text(rekey.password),
      },
    };
  }

  async say(data: string) {
    const { epoch, payload } = await this.#ask("say", { data });
    return { epoch: Number(epoch), payload: text(payload) };
  }

  async hear(epoch: number, payload: string) {
    const { from, data } = await this.#ask("hear", { epoch, payload });
    return { from: text(from), data: text(data) };
  }

  async state(): Promise<State> {
    const s = await this.#ask("state");
    const roster = s.roster as { identity: string; member: number; alias: string | null }[];
    return {
      epoch: s.epoch as number,
      authenticator: text(s.epoch_authenticator),
      safety: s.safety as string[],
      roster: roster.map((m) => ({ ...m, alias: m.alias ?? undefined })),
    };
  }

  async drop(): Promise<void> {
    await this.#ask("drop");
  }
}

function made(answer: Record<string, unknown>): Made {
  return { commit: text(answer.commit), groupState: text(answer.group_state) };
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("the peer's answer lacks a field");
  return value;
}
