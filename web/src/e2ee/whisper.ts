/**
 * Whispers (docs/PROTOCOL.md, section 9.5): content for some members, sealed once under a fresh key, and that key sealed to the
 * leaf of each of them (RFC 9420, section 5.1.3).
 *
 * Invariants: slots that are for nobody are made as all others are, to keys that are thrown away, so that nothing tells them
 * apart; everything is bound to room, epoch, sender and id; content keys are wiped.
 */
import type { CiphersuiteImpl } from "ts-mls/crypto/ciphersuite.js";
import { decryptWithLabel, encryptWithLabel } from "ts-mls/crypto/hpke.js";
import { type Bytes, concat, copy, equal, random, utf8 } from "./bytes";
import { decode, encode } from "./decode";
import { E2eeError } from "./error";
import { IDENTITY_BYTES, KEY_BYTES, MAX_WHISPER_SLOTS } from "./limits";
import { decodeMessage, encodeMessage, isSaid, type Said } from "./message";
import { open, sealKey, seal as sealWith } from "./seal";
import type { Whisper, WhisperSlot } from "./whisper-format";

/** What a whisper is bound to. */
export interface WhisperPlace {
  readonly roomId: Bytes;
  readonly epoch: bigint;
  /** Its identity. */
  readonly sender: Bytes;
  readonly id: Bytes;
}

/** Somebody to whisper to. */
export interface WhisperRecipient {
  readonly identity: Bytes;
  /** The HPKE key in the leaf. */
  readonly encryptionKey: Uint8Array;
}

/** A whisper as one of its recipients has it. */
export interface Whispered {
  /** The identities that it is for, by the sender's word. */
  readonly recipients: readonly Bytes[];
  readonly said: Said;
}

const LABEL = "SanctuaryWhisper";

/** Seal something for some. Throws "state" if there is nobody, or more than a room can have. */
export async function sealWhisper(
  place: WhisperPlace,
  recipients: readonly WhisperRecipient[],
  said: Said,
  suite: CiphersuiteImpl,
): Promise<Whisper> {
  const count = slotCount(recipients.length);
  const context = contextOf(place);
  const key = random(KEY_BYTES);
  const slots: WhisperSlot[] = [];
  for (let i = 0; i < count; i += 1) {
    const to = recipients[i]?.encryptionKey ?? (await strangersKey(suite));
    slots.push(await sealSlot(to, context, key, suite));
  }
  const message = encodeMessage(said);
  const content = encode((w) => {
    w.vec(identities(recipients, count)).vec(message);
  });
  message.fill(0);
  const sealed = await sealWith(await sealKey(key), aadOf(context), content);
  content.fill(0);
  return { kind: "whisper", id: place.id, slots: shuffled(slots), sealed };
}

/**
 * Open a whisper with the private key of one's own leaf in its epoch. Undefined if it is not for us; throws "seal" or
 * "encoding" if it is, and does not hold.
 */
export async function openWhisper(
  place: WhisperPlace,
  { id, slots, sealed }: Whisper,
  leafKey: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<Whispered | undefined> {
  const context = contextOf(place);
  const privateKey = await suite.hpke.importPrivateKey(leafKey);
  for (const { kemOutput, sealedKey } of slots) {
    const key = await decryptWithLabel(privateKey, LABEL, context, kemOutput, sealedKey, suite.hpke)
      .then(copy)
      .catch(() => undefined);
    if (key === undefined) continue;
    if (key.length !== KEY_BYTES) throw broken();
    const content = await open(await sealKey(key), aadOf(context), sealed);
    const whispered = decodeContent(content, slots.length, place.sender);
    content.fill(0);
    if (!equal(whispered.said.id, id)) throw broken();
    return whispered;
  }
  return undefined;
}

function decodeContent(content: Bytes, slots: number, sender: Bytes): Whispered {
  const [list, message] = decode(content, (r) => [r.vec(), r.vec()]);
  if (list === undefined || message === undefined) throw broken();
  if (list.length !== slots * IDENTITY_BYTES) throw broken();
  const said = decodeMessage(message);
  message.fill(0);
  if (!isSaid(said)) throw broken();
  const recipients = recipientsIn(list);
  const names = new Set(recipients.map(String));
  const isSound = names.size > 0 && names.size === recipients.length && !names.has(String(sender));
  if (!isSound || slotCount(recipients.length) !== slots) throw broken();
  return { recipients, said };
}

/** The identities before the zeros, after which there is nothing else. */
function recipientsIn(list: Bytes): Bytes[] {
  const all = Array.from({ length: list.length / IDENTITY_BYTES }, (_, i) =>
    list.slice(i * IDENTITY_BYTES, (i + 1) * IDENTITY_BYTES),
  );
  const isNobody = (identity: Bytes) => identity.every((byte) => byte === 0);
  const end = all.findIndex(isNobody);
  if (end === -1) return all;
  if (!all.slice(end).every(isNobody)) throw broken();
  return all.slice(0, end);
}

function identities(recipients: readonly WhisperRecipient[], count: number): Bytes {
  const nobody = new Uint8Array((count - recipients.length) * IDENTITY_BYTES);
  return concat(...recipients.map(({ identity }) => identity), nobody);
}

/** The least power of two that has room for so many. */
function slotCount(recipients: number): number {
  if (recipients < 1 || recipients > MAX_WHISPER_SLOTS) {
    throw new E2eeError("state", "a whisper needs somebody in the group to hear it");
  }
  return 2 ** Math.ceil(Math.log2(recipients));
}

async function sealSlot(
  publicKey: Uint8Array,
  context: Bytes,
  key: Bytes,
  suite: CiphersuiteImpl,
): Promise<WhisperSlot> {
  const imported = await suite.hpke.importPublicKey(publicKey);
  const { enc, ct } = await encryptWithLabel(imported, LABEL, context, key, suite.hpke);
  return { kemOutput: copy(enc), sealedKey: copy(ct) };
}

/** A key whose private half nobody has. */
async function strangersKey(suite: CiphersuiteImpl): Promise<Uint8Array> {
  const { publicKey } = await suite.hpke.generateKeyPair();
  return suite.hpke.exportPublicKey(publicKey);
}

/** Fisher and Yates, with numbers that nobody can guess; 2^32 is so far above 128 that its remainder does not show. */
function shuffled<T>(list: readonly T[]): T[] {
  const result = [...list];
  const numbers = crypto.getRandomValues(new Uint32Array(result.length));
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = (numbers[i] ?? 0) % (i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

function contextOf({ roomId, epoch, sender, id }: WhisperPlace): Bytes {
  return encode((w) => {
    w.raw(roomId).u64(epoch).raw(sender).raw(id);
  });
}

function aadOf(context: Bytes): Bytes {
  return concat(utf8("sanctuary/1 whisper"), context);
}

function broken(): E2eeError {
  return new E2eeError("encoding", "a whisper breaks the rules");
}
