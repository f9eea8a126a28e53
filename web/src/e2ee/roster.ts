/**
 * Who is in the group under which alias (docs/PROTOCOL.md, section 8.3). Aliases travel inside the group only; each entry
 * is signed by the signature key of its leaf, so that a newcomer need not trust whoever hands it the roster.
 */
import { signWithLabel, verifyWithLabel } from "ts-mls/crypto/signature.js";
import type { RatchetTree } from "ts-mls/ratchetTree.js";
import type { Reader, Writer } from "../wire";
import { isAlias } from "./alias";
import { type Bytes, hex } from "./bytes";
import { decode, encode } from "./decode";
import { IDENTITY_BYTES, SIGNATURE_BYTES } from "./limits";
import { leavesOf } from "./mls/leaf";
import { cipherSuite } from "./mls/suite";

/** One entry as it travels. */
export interface RosterEntry {
  readonly identity: Bytes;
  /** The member number that the relay gave the session. */
  readonly member: number;
  readonly alias: string;
  readonly signature: Bytes;
}

/** A member of the group, as others see it. */
export interface RosterMember {
  readonly identity: Bytes;
  /** The member number on the relay; 0 if whoever handed us the group left this member's entry out. */
  readonly memberNumber: number;
  /** Undefined if whoever handed us the group left this member's entry out. */
  readonly alias: string | undefined;
  readonly leafIndex: number;
}

const LABEL = "SanctuaryRosterEntry";

type Unsigned = Omit<RosterEntry, "signature">;

/** Make one's own entry. */
export async function signEntry(
  roomId: Uint8Array,
  entry: Unsigned,
  signatureSeed: Uint8Array,
): Promise<RosterEntry> {
  const { signature } = await cipherSuite();
  const signed = await signWithLabel(signatureSeed, LABEL, signedContent(roomId, entry), signature);
  return { ...entry, signature: new Uint8Array(signed) };
}

/** True if the alias is in form and the entry was signed by this key. */
export async function isValidEntry(
  roomId: Uint8Array,
  entry: RosterEntry,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (!isAlias(entry.alias)) return false;
  const { signature } = await cipherSuite();
  const content = signedContent(roomId, entry);
  return verifyWithLabel(publicKey, LABEL, content, entry.signature, signature);
}

function signedContent(roomId: Uint8Array, { identity, member, alias }: Unsigned): Bytes {
  return encode((w) => {
    w.raw(roomId).fixed(identity, IDENTITY_BYTES).u32(member).string(alias);
  });
}

/** Read one entry. */
export function readEntry(reader: Reader): RosterEntry {
  return {
    identity: reader.fixed(IDENTITY_BYTES),
    member: reader.u32(),
    alias: reader.string(),
    signature: reader.fixed(SIGNATURE_BYTES),
  };
}

/** Write one entry. */
export function writeEntry(writer: Writer, entry: RosterEntry): void {
  writer.fixed(entry.identity, IDENTITY_BYTES).u32(entry.member).string(entry.alias);
  writer.fixed(entry.signature, SIGNATURE_BYTES);
}

/** An entry alone: the authenticated data of an external commit. */
export function encodeEntry(entry: RosterEntry): Bytes {
  return encode((w) => writeEntry(w, entry));
}

/** An entry alone. */
export function decodeEntry(bytes: Uint8Array): RosterEntry {
  return decode(bytes, readEntry);
}

/** The valid entries of one epoch, by identity. Immutable: each epoch has its own. */
export class Roster {
  private constructor(private readonly entries: ReadonlyMap<string, RosterEntry>) {}

  /** Only the creator. */
  static of(entry: RosterEntry): Roster {
    return new Roster(new Map([[hex(entry.identity), entry]]));
  }

  /** What a group state brought: entries without a leaf, with a wrong signature or alias, or repeated, are ignored. */
  static async verified(
    roomId: Uint8Array,
    entries: readonly RosterEntry[],
    tree: RatchetTree,
  ): Promise<Roster> {
    const keys = new Map(leavesOf(tree).map((l) => [hex(l.identity), l.node.signaturePublicKey]));
    const valid = new Map<string, RosterEntry>();
    for (const entry of entries) {
      const id = hex(entry.identity);
      const key = keys.get(id);
      if (key === undefined || valid.has(id)) continue;
      if (await isValidEntry(roomId, entry, key)) valid.set(id, entry);
    }
    return new Roster(valid);
  }

  /** The roster after somebody joined or came back. */
  with(entry: RosterEntry): Roster {
    return new Roster(new Map([...this.entries, [hex(entry.identity), entry]]));
  }

  /** The entries of those in a tree, in the order of leaves: what goes into a group state. */
  entriesFor(tree: RatchetTree): RosterEntry[] {
    return leavesOf(tree).flatMap((leaf) => this.entries.get(hex(leaf.identity)) ?? []);
  }

  /** The members in a tree, in the order of leaves. */
  membersFor(tree: RatchetTree): RosterMember[] {
    return leavesOf(tree).map(({ identity, index }) => {
      const entry = this.entries.get(hex(identity));
      return {
        identity,
        memberNumber: entry?.member ?? 0,
        alias: entry?.alias,
        leafIndex: index,
      };
    });
  }
}
