/** A player of this implementation. */
import {
  decodeMessage,
  encodeMessage,
  isSaid,
  Member,
  type Pending,
  RoomSecrets,
  type RosterMember,
} from "../../src/e2ee";
import {
  type Effect,
  type Fresh,
  type Made,
  type MadeKick,
  type Person,
  type Player,
  type State,
  toBytes,
  toHex,
} from "./player";

export class TsPlayer implements Player {
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

  async rename(alias: string): Promise<Made> {
    return this.#hold(await this.member.commitRename(alias));
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
      renamed: name(effect.renamed),
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

  async whisper(identities: readonly string[], data: string) {
    const said = decodeMessage(toBytes(data));
    if (!isSaid(said)) throw new Error("only what is said can be whispered");
    const to = identities.map(toBytes);
    const { epoch, payload } = await this.member.encryptWhisper(said.id, to, said);
    return { epoch: Number(epoch), payload: toHex(payload) };
  }

  async open(epoch: number, from: string, data: string) {
    const whisper = decodeMessage(toBytes(data));
    if (whisper.kind !== "whisper") throw new Error("this is no whisper");
    const opened = await this.member.openWhisper(BigInt(epoch), toBytes(from), whisper);
    return opened && toHex(encodeMessage(opened.said));
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
