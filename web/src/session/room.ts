/**
 * The parts of one tab's room, made and wiped together. What they do with each other stands in `frames.ts` (what the
 * relay sends) and `room-session.ts` (what people do, and the end).
 */

import { signal } from "@preact/signals-core";
import type { Hello } from "../connection";
import { encodeMessage, type Member } from "../e2ee";
import type { Bytes, ClientFrame, MemberPresence } from "../wire";
import { Attachment } from "./attachment";
import type { Browser } from "./browser";
import { Burning } from "./burning";
import { Commits } from "./commits";
import { COVER_CLASS, Cover } from "./cover";
import { Deliveries } from "./deliveries";
import { Entries } from "./entries";
import { Expiry } from "./expiry";
import { Group } from "./group";
import type { Keyring } from "./keyring";
import { Lines } from "./lines";
import { Lingering } from "./lingering";
import { Outbox } from "./outbox";
import { People } from "./people";
import { Reading } from "./reading";
import { Receipts } from "./receipts";
import type { Relay } from "./relay";
import { RemovalDuty } from "./removal-duty";
import { Speech } from "./speech";
import { Texts } from "./texts";
import type { Ended } from "./types";
import { Typing } from "./typing";
import { type Deeds, View } from "./view";

/** The most that a `Message` to everyone, or to one member, has besides its payload, in bytes: type, id, epoch, lengths. */
const MESSAGE_FIELDS_BYTES = 1 + 8 + 8 + (1 + 4) + 4;

/** How this tab came into the room. */
export type Way =
  | { readonly kind: "created"; readonly member: Member }
  | { readonly kind: "joined" | "returned" };

/** What the relay's admission gave this tab. */
export interface Admission {
  readonly relay: Relay;
  readonly browser: Browser;
  readonly keys: Keyring;
  /** Of the connection on which it was admitted. */
  readonly hello: Hello;
  /** Its member number. */
  readonly number: number;
  readonly remainingMs: number;
  readonly members: readonly MemberPresence[];
  /** The last message of this session that the relay accepted; 0 for a new session. */
  readonly lastMessageId: bigint;
  readonly way: Way;
}

/** What the parts ask of the session that holds them. */
export interface RoomOwner {
  /** Runs a task in its turn, among the relay's events. */
  inTurn(task: () => void | Promise<void>): void;
  end(why: Ended): void;
  /** Tells the relay how far this tab is. */
  report(): void;
  readonly deeds: Deeds;
}

export class Room {
  readonly relay: Relay;
  readonly browser: Browser;
  readonly keys: Keyring;
  readonly way: Way["kind"];
  readonly attachment: Attachment;
  readonly group: Group;
  readonly people: People;
  readonly entries: Entries;
  readonly deliveries: Deliveries;
  readonly outbox: Outbox;
  readonly burning: Burning;
  readonly lines: Lines;
  readonly speech: Speech;
  readonly typing: Typing;
  readonly reading: Reading;
  readonly cover: Cover;
  readonly texts: Texts;
  /** Whether the room is closed to newcomers, as the relay says. */
  readonly locked = signal(false);
  readonly receipts: Receipts;
  readonly duty: RemovalDuty;
  readonly lingering: Lingering;
  readonly commits: Commits;
  readonly expiry: Expiry;
  readonly view: View;
  /** Commits sent on the present connection that were not answered. */
  #asked: ClientFrame[] = [];

  constructor(admission: Admission, owner: RoomOwner) {
    const { relay, browser, keys, way, hello } = admission;
    const { clock } = browser;
    const inTurn = owner.inTurn.bind(owner);
    this.relay = relay;
    this.browser = browser;
    this.keys = keys;
    this.way = way.kind;
    this.attachment = new Attachment(relay, keys, browser, hello, inTurn);
    this.group = new Group(keys, way.kind === "created" ? way.member : undefined);
    this.people = new People(keys.roomId, keys);
    this.people.setPresences(admission.members);
    this.entries = new Entries(
      () => clock.wall(),
      (entry) => this.lines.forget(entry),
    );
    this.deliveries = new Deliveries(
      this.entries,
      (key) => this.people.isAnybodyThere(this.entries.message(key)?.whisper?.circle),
      (key) => this.#onSent(key),
    );
    this.outbox = new Outbox(this, admission.lastMessageId);
    this.burning = this.#makeBurning();
    this.lines = new Lines(this.entries, this.people, this.burning);
    this.speech = new Speech(this);
    const pass = (data: Bytes) => inTurn(() => this.#pass(data));
    this.typing = new Typing(clock, pass);
    this.reading = new Reading(clock, this.entries, pass);
    this.cover = new Cover(clock, {
      onTick: () => inTurn(() => this.outbox.tick(encodeMessage({ kind: "cover" }))),
      onChange: (by, on) => this.entries.add({ kind: "cover", by, on }),
    });
    this.texts = new Texts(this);
    this.receipts = new Receipts(clock, () => inTurn(() => owner.report()));
    this.duty = new RemovalDuty(clock, () => inTurn(() => this.commits.ask()));
    this.lingering = new Lingering(clock, (who) => this.entries.add({ kind: "lingering", who }));
    this.commits = new Commits(this);
    this.expiry = new Expiry(clock, admission.remainingMs, () => owner.end("expired"));
    this.view = new View(this, way.kind === "created", owner.deeds);
  }

  /** True if messages and commits can go out: the room is resumed on a living connection, and this tab is inside. */
  get whole(): boolean {
    return this.attachment.attached && this.group.member !== undefined;
  }

  /** The least size class of messages; undefined while there is no cover traffic. */
  get coverClass(): number | undefined {
    return this.cover.on.value ? COVER_CLASS : undefined;
  }

  /** Whether the relay takes messages of this many encrypted bytes. */
  fits(payloadBytes: number): boolean {
    return payloadBytes + MESSAGE_FIELDS_BYTES <= (this.relay.present?.maxFrame ?? Infinity);
  }

  /** Hands a frame to the relay; false if there is no connection in which the room is resumed. */
  send(frame: ClientFrame): boolean {
    const isSent = this.attachment.attached && this.relay.send(frame);
    if (isSent && frame.type === "Commit") this.#asked.push(frame);
    return isSent;
  }

  /**
   * The relay answered a commit: true if it is the one that this tab waits for. Answers come in the order of the commits on
   * a connection; after a loss there may be two for one, or one for a commit that another's has overtaken.
   */
  isAnswerAwaited(): boolean {
    const asked = this.#asked.shift();
    return asked !== undefined && asked === this.group.unanswered;
  }

  /** The connection is lost, and all answers with it. */
  lost(): void {
    this.#asked = [];
    this.attachment.lost();
    this.commits.lost();
    this.receipts.stop();
    this.lingering.stop();
    this.view.setWhole(false);
  }

  /** Overwrites every key, forgets every text and stops every clock. The line to the relay stays as it is. */
  wipe(): void {
    this.expiry.stop();
    this.duty.stop();
    this.lingering.stop();
    this.receipts.stop();
    this.attachment.wipe();
    this.commits.wipe();
    this.outbox.wipe();
    this.deliveries.forget();
    this.burning.stop();
    this.typing.wipe();
    this.reading.stop();
    this.cover.stop();
    this.texts.wipe();
    this.lines.wipe();
    this.entries.wipe();
    this.view.wipe();
    this.people.wipe();
    this.group.wipe();
    this.keys.wipe();
  }

  /** An own text burns here from when the relay has it. */
  #onSent(key: string): void {
    const seconds = this.entries.message(key)?.burn?.seconds;
    if (seconds === undefined) return;
    this.burning.add(key, seconds);
    // Who wrote it has seen it.
    this.burning.see(key);
  }

  #makeBurning(): Burning {
    const { clock, environment } = this.browser;
    return new Burning(clock, () => !environment.hidden(), {
      onBegun: (key, endsAt) =>
        this.entries.change(new Set([key]), (entry) =>
          entry.burn === undefined ? entry : { ...entry, burn: { ...entry.burn, endsAt } },
        ),
      onBurnt: (key) => this.entries.remove(key),
    });
  }

  /** Sends what passes by, or drops it. */
  #pass(data: Bytes): Promise<void> {
    this.outbox.pass(data);
    return this.outbox.pump();
  }
}
