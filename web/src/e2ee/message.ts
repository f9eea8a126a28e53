/**
 * What members say to each other inside the group (docs/PROTOCOL.md, section 9).
 *
 * Invariant: there is one encoding for each message, and a message that breaks a rule neither encodes nor decodes. Who wrote
 * it is never in it: that is the sender's leaf.
 */
import type { Reader, Writer } from "../wire";
import { type Bytes, hex, utf8 } from "./bytes";
import { decode, encode } from "./decode";
import { isEmoji } from "./emoji";
import { E2eeError } from "./error";
import {
  IDENTITY_BYTES,
  MAX_BODY_BYTES,
  MAX_BURN_S,
  MAX_REACTIONS,
  MESSAGE_ID_BYTES,
} from "./limits";
import { isWellFormed } from "./text";
import { readWhisper, type Whisper, writeWhisper } from "./whisper-format";

/** The number of each kind. */
const KIND = {
  text: 1,
  edit: 2,
  delete: 3,
  reactions: 4,
  whisper: 5,
  typing: 6,
  read: 7,
  cover: 8,
  "cover-switch": 9,
} as const;
const KNOWN = new Set<number>(Object.values(KIND));

const ON = 1;
const OFF = 2;

/** Names a text: ids are the author's own, so another's text under the same id is another text. */
export interface MessageRef {
  readonly author: Bytes;
  readonly id: Bytes;
}

/** A text. */
export interface Text {
  readonly kind: "text";
  readonly id: Bytes;
  readonly replyTo: MessageRef | undefined;
  /** Seconds after which it vanishes where it is shown; 0: it stays. */
  readonly burnS: number;
  readonly body: string;
}

/** Another body in place of that of an own text. */
export interface Edit {
  readonly kind: "edit";
  readonly id: Bytes;
  /** The id of the own text. */
  readonly target: Bytes;
  /** Counts up from 1; only a higher one takes effect. */
  readonly revision: number;
  readonly body: string;
}

/** An own text is taken back. */
export interface Delete {
  readonly kind: "delete";
  readonly id: Bytes;
  readonly target: Bytes;
}

/** All emoji that the sender has on a text from now on. */
export interface Reactions {
  readonly kind: "reactions";
  readonly id: Bytes;
  readonly target: MessageRef;
  /** Counts up from 1 for each text; only a higher one takes effect. */
  readonly revision: number;
  readonly emoji: readonly string[];
}

/** What can also be whispered. */
export type Said = Text | Edit | Delete | Reactions;

/** What passes by and is neither kept nor sent again. */
export type Passing =
  | { readonly kind: "typing" }
  /** Everything up to this text was on the sender's screen. */
  | { readonly kind: "read"; readonly upTo: MessageRef }
  /** Says nothing. */
  | { readonly kind: "cover" };

/** Cover traffic is wanted by everyone, or by nobody. */
export interface CoverSwitch {
  readonly kind: "cover-switch";
  readonly id: Bytes;
  readonly on: boolean;
}

/** A message as it is encoded. */
export type Message = Said | Whisper | Passing | CoverSwitch;

/** A message as decoded. */
export type Decoded =
  | Message /** Of a kind that this version cannot show. */
  | { readonly kind: "unknown" };

/** Encode a message. Throws "body", or "encoding" if something else in it breaks the rules. */
export function encodeMessage(message: Message): Bytes {
  if ((message.kind === "text" || message.kind === "edit") && !isBody(message.body)) {
    throw new E2eeError(
      "body",
      `a message has 1 to ${MAX_BODY_BYTES} bytes of text without U+0000`,
    );
  }
  check(message);
  return encode((w) => write(w.u8(KIND[message.kind]), message));
}

/** Decode what came out of the group. Throws "encoding" if it is of a kind that we know and breaks the rules. */
export function decodeMessage(data: Uint8Array): Decoded {
  const kind = data[0];
  if (kind !== undefined && !KNOWN.has(kind)) return { kind: "unknown" };
  const message = decode(data, (r) => read(r.u8(), r));
  check(message);
  return message;
}

/** True for what may stand in a whisper. */
export function isSaid(message: Decoded): message is Said {
  return ["text", "edit", "delete", "reactions"].includes(message.kind);
}

function write(w: Writer, message: Message): void {
  switch (message.kind) {
    case "text":
      w.fixed(message.id, MESSAGE_ID_BYTES);
      w.items(message.replyTo === undefined ? [] : [message.replyTo], writeRef);
      w.u16(message.burnS).string(message.body);
      return;
    case "edit":
      w.fixed(message.id, MESSAGE_ID_BYTES).fixed(message.target, MESSAGE_ID_BYTES);
      w.u32(message.revision).string(message.body);
      return;
    case "delete":
      w.fixed(message.id, MESSAGE_ID_BYTES).fixed(message.target, MESSAGE_ID_BYTES);
      return;
    case "reactions":
      writeRef(w.fixed(message.id, MESSAGE_ID_BYTES), message.target);
      w.u32(message.revision).items(message.emoji, (inner, emoji) => inner.string(emoji));
      return;
    case "whisper":
      writeWhisper(w, message);
      return;
    case "read":
      writeRef(w, message.upTo);
      return;
    case "cover-switch":
      w.fixed(message.id, MESSAGE_ID_BYTES).u8(message.on ? ON : OFF);
      return;
    case "typing":
    case "cover":
      return;
  }
}

function read(kind: number, r: Reader): Message {
  switch (kind) {
    case KIND.text: {
      const id = r.fixed(MESSAGE_ID_BYTES);
      const [replyTo, ...more] = r.items(readRef);
      require(more.length === 0);
      return { kind: "text", id, replyTo, burnS: r.u16(), body: r.string() };
    }
    case KIND.edit: {
      const [id, target] = [r.fixed(MESSAGE_ID_BYTES), r.fixed(MESSAGE_ID_BYTES)];
      return { kind: "edit", id, target, revision: r.u32(), body: r.string() };
    }
    case KIND.delete:
      return { kind: "delete", id: r.fixed(MESSAGE_ID_BYTES), target: r.fixed(MESSAGE_ID_BYTES) };
    case KIND.reactions: {
      const [id, target] = [r.fixed(MESSAGE_ID_BYTES), readRef(r)];
      const revision = r.u32();
      return { kind: "reactions", id, target, revision, emoji: r.items((inner) => inner.string()) };
    }
    case KIND.whisper:
      return readWhisper(r);
    case KIND.typing:
      return { kind: "typing" };
    case KIND.read:
      return { kind: "read", upTo: readRef(r) };
    case KIND.cover:
      return { kind: "cover" };
    default: {
      const [id, state] = [r.fixed(MESSAGE_ID_BYTES), r.u8()];
      require(state === ON || state === OFF);
      return { kind: "cover-switch", id, on: state === ON };
    }
  }
}

/** The rules beyond the form. */
function check(message: Message): void {
  switch (message.kind) {
    case "text":
      require(isBody(message.body) && message.burnS <= MAX_BURN_S);
      return;
    case "edit":
      require(isBody(message.body) && message.revision >= 1);
      return;
    case "reactions": {
      const { emoji, revision } = message;
      require(revision >= 1 && emoji.length <= MAX_REACTIONS && emoji.every(isEmoji));
      require(new Set(emoji).size === emoji.length);
      return;
    }
    default:
      return;
  }
}

function writeRef(w: Writer, { author, id }: MessageRef): void {
  w.fixed(author, IDENTITY_BYTES).fixed(id, MESSAGE_ID_BYTES);
}

function readRef(r: Reader): MessageRef {
  return { author: r.fixed(IDENTITY_BYTES), id: r.fixed(MESSAGE_ID_BYTES) };
}

/** A reference as a text: a key for maps, and the name of a text on every screen. */
export function refName({ author, id }: { author: Uint8Array; id: Uint8Array }): string {
  return `${hex(author)}/${hex(id)}`;
}

function require(rule: boolean): void {
  if (!rule) throw new E2eeError("encoding", "a message breaks the rules");
}

function isBody(body: string): boolean {
  const { length } = utf8(body);
  return length >= 1 && length <= MAX_BODY_BYTES && !body.includes("\0") && isWellFormed(body);
}
