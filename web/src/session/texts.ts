/**
 * What others said: opened, judged, and brought where it belongs (docs/PROTOCOL.md, section 9).
 *
 * Invariants: everything of one sender that bears an id counts once, however often it arrives; a whisper that is not for this
 * tab leaves no trace here; what cannot be opened is told once for a run of them, so that whoever forges cannot flood the page.
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { type Decoded, decodeMessage, type Member, type RosterMember, type Whisper } from "../e2ee";
import type { RelayFrame } from "../wire";
import type { Cover } from "./cover";
import type { Entries } from "./entries";
import type { Group } from "./group";
import type { Lines } from "./lines";
import type { People } from "./people";
import { personId } from "./person-id";
import type { Reading } from "./reading";
import type { Person } from "./types";
import type { Typing } from "./typing";

type MessageRelayed = Extract<RelayFrame, { readonly type: "MessageRelayed" }>;

/** Ids remembered to find doubles: more than can be sent again after a loss. */
const MAX_REMEMBERED = 4096;

/** What reading needs of the room. */
export interface TextsRoom {
  readonly entries: Entries;
  readonly people: People;
  readonly lines: Lines;
  readonly typing: Typing;
  readonly reading: Reading;
  readonly cover: Cover;
}

export class Texts {
  readonly #room: TextsRoom;
  readonly #seen = new Set<string>();

  constructor(room: TextsRoom) {
    this.#room = room;
  }

  /** Opens and shows what somebody else said. */
  async read({ member, since }: Group, { epoch, payload }: MessageRelayed): Promise<void> {
    // Said before this tab was in the group, or while it was lost: not readable, and no mistake of anybody.
    if (member === undefined || epoch < since) return;
    try {
      const { from, data } = await member.decrypt(epoch, payload);
      try {
        await this.#take(member, epoch, from, decodeMessage(data));
      } finally {
        data.fill(0);
      }
    } catch {
      this.damaged();
    }
  }

  /** Something came in that is forged or damaged. One line for a run: whoever forges must not be able to flood the page. */
  damaged(): void {
    const { entries } = this.#room;
    if (entries.last?.kind !== "damaged") entries.add({ kind: "damaged" });
  }

  wipe(): void {
    this.#seen.clear();
  }

  async #take(member: Member, epoch: bigint, from: RosterMember, message: Decoded): Promise<void> {
    const { entries, people, lines, typing, reading, cover } = this.#room;
    const person = people.person(from);
    switch (message.kind) {
      case "unknown":
        entries.add({ kind: "unreadable", from: person });
        return;
      case "typing":
        typing.heard(person);
        return;
      case "read":
        reading.heard(person, message.upTo);
        return;
      case "cover":
        cover.heard();
        return;
      case "cover-switch":
        if (this.#isNew(person, message.id)) cover.switched(person, message.on);
        return;
      case "whisper":
        await this.#takeWhisper(member, epoch, person, from, message);
        return;
      default:
        if (!this.#isNew(person, message.id)) return;
        typing.stopped(person);
        lines.take(person, message, undefined);
    }
  }

  async #takeWhisper(
    member: Member,
    epoch: bigint,
    person: Person,
    from: RosterMember,
    whisper: Whisper,
  ): Promise<void> {
    const whispered = await member.openWhisper(epoch, from.identity, whisper);
    if (whispered === undefined || !this.#isNew(person, whisper.id)) return;
    const circle = [person.id, ...whispered.recipients.map(personId)];
    this.#room.lines.take(person, whispered.said, circle);
  }

  #isNew(from: Person, messageId: Uint8Array): boolean {
    const id = `${from.id} ${bytesToHex(messageId)}`;
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > MAX_REMEMBERED) {
      const oldest = this.#seen.values().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return true;
  }
}
