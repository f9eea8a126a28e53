/** A player of the Rust implementation: a member inside the peer. */
import type { Peer } from "./peer";
import type { Effect, Fresh, Made, MadeKick, Person, Player, State } from "./player";

let rustPlayers = 0;

export class RustPlayer implements Player {
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

  async rename(alias: string): Promise<Made> {
    return made(await this.#ask("rename", { alias }));
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
      renamed: a.renamed as string | undefined,
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

  async whisper(identities: readonly string[], data: string) {
    const { epoch, payload } = await this.#ask("whisper", { identities, data });
    return { epoch: Number(epoch), payload: text(payload) };
  }

  async open(epoch: number, from: string, data: string) {
    const opened = await this.#ask("open", { epoch, from, data });
    return (opened.data as string | null) ?? undefined;
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
