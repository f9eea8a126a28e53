/** Seals, padding and what stands inside them, against vectors/e2ee. */
import { describe, expect, test } from "vitest";
import { openRoomName, SessionKeys } from "../../src/e2ee";
import { concat } from "../../src/e2ee/bytes";
import {
  decodeCommitContent,
  decodeGroupState,
  decodeRekey,
  encodeCommitContent,
  encodeGroupState,
  encodeRekey,
} from "../../src/e2ee/payload";
import { sealRoomName } from "../../src/e2ee/room-name";
import { decodeEntry, encodeEntry, isValidEntry, signEntry } from "../../src/e2ee/roster";
import {
  groupAad,
  open,
  pad,
  paddedLength,
  rekeyAad,
  SealKind,
  seal,
  sealKey,
  unpad,
} from "../../src/e2ee/seal";
import { hex, unhex, vectors } from "./vectors";

describe("padding", () => {
  const cases = vectors<{ content: string | null; padded: string }>("padding");
  test.each(cases)("$name", ({ content, padded }) => {
    if (content === null) {
      expect(() => unpad(unhex(padded))).toThrow(expect.objectContaining({ code: "seal" }));
    } else {
      expect(hex(pad(unhex(content)))).toBe(padded);
      expect(hex(unpad(unhex(padded)))).toBe(content);
    }
  });

  test.each(vectors<{ content: number; padded: number }>("size-classes"))("$name", (c) => {
    expect(paddedLength(c.content)).toBe(c.padded);
  });
});

const KINDS: Record<string, SealKind> = {
  "group-state": SealKind.GroupState,
  commit: SealKind.Commit,
  message: SealKind.Message,
};
type SealCase = Record<"key" | "room_id" | "kind" | "epoch" | "nonce" | "sealed", string> & {
  content: string | null;
};
test.each(vectors<SealCase>("seals"))("seal of a $kind in epoch $epoch: $name", async (c) => {
  const kind = KINDS[c.kind];
  if (kind === undefined) throw new Error(`an unknown kind: ${c.kind}`);
  const aad = groupAad(unhex(c.room_id), kind, BigInt(c.epoch));
  const key = await sealKey(unhex(c.key));
  const opened = open(key, aad, unhex(c.sealed));
  if (c.content === null) {
    await expect(opened).rejects.toMatchObject({ code: "seal" });
  } else {
    expect(hex(await opened)).toBe(c.content);
    expect(hex(await seal(key, aad, unhex(c.content), unhex(c.nonce)))).toBe(c.sealed);
  }
});

type NameCase = Record<"room_id" | "link_secret" | "nonce" | "sealed", string> & {
  room_name: string | null;
};
test.each(vectors<NameCase>("room-names"))("room name: $name", async (c) => {
  const invitation = { roomId: unhex(c.room_id), linkSecret: unhex(c.link_secret) };
  const opened = openRoomName(unhex(c.sealed), invitation);
  if (c.room_name === null) {
    await expect(opened).rejects.toMatchObject({ name: "E2eeError" });
  } else {
    expect(await opened).toBe(c.room_name);
    const nonce = unhex(c.nonce);
    expect(hex(await sealRoomName(c.room_name, invitation, nonce))).toBe(c.sealed);
  }
});

type CapsuleCase = Record<"share" | "capsule_secret" | "nonce" | "sealed", string> & {
  fields: Record<
    | "room_id"
    | "root"
    | "link_secret"
    | "password"
    | "room_name"
    | "alias"
    | "identity"
    | "signature_seed",
    string
  > | null;
};
test.each(vectors<CapsuleCase>("capsules"))("capsule: $name", async ({ fields: f, ...c }) => {
  const keys = await SessionKeys.fromKept(concat(unhex(c.share), unhex(c.capsule_secret)));
  const opened = keys.openCapsule(unhex(c.sealed));
  if (f === null) {
    await expect(opened).rejects.toMatchObject({ name: "E2eeError" });
    return;
  }
  const capsule = {
    roomId: unhex(f.room_id),
    root: unhex(f.root),
    linkSecret: unhex(f.link_secret),
    password: f.password,
    roomName: f.room_name,
    alias: f.alias,
    identity: unhex(f.identity),
    signatureSeed: unhex(f.signature_seed),
  };
  expect(await opened).toEqual(capsule);
  expect(hex(await keys.sealCapsule(capsule, unhex(c.nonce)))).toBe(c.sealed);
});

type RekeyCase = Record<"rekey_secret" | "room_id" | "epoch" | "nonce" | "sealed", string> & {
  fields: Record<"root" | "link_secret" | "password", string> | null;
};
test.each(vectors<RekeyCase>("rekeys"))("rekey: $name", async ({ fields: f, ...c }) => {
  const key = await sealKey(unhex(c.rekey_secret));
  const aad = rekeyAad(unhex(c.room_id), BigInt(c.epoch));
  const opened = open(key, aad, unhex(c.sealed)).then(decodeRekey);
  if (f === null) {
    await expect(opened).rejects.toMatchObject({ name: "E2eeError" });
    return;
  }
  const rekey = { root: unhex(f.root), linkSecret: unhex(f.link_secret), password: f.password };
  expect(await opened).toEqual(rekey);
  expect(hex(await seal(key, aad, encodeRekey(rekey), unhex(c.nonce)))).toBe(c.sealed);
});

type EntryCase = Record<
  "room_id" | "identity" | "alias" | "signature_seed" | "signature_key" | "entry",
  string
> & { member: number; valid: boolean };
test.each(vectors<EntryCase>("roster-entries"))("roster entry: $name", async (c) => {
  const roomId = unhex(c.room_id);
  const decoded = (() => {
    try {
      return decodeEntry(unhex(c.entry));
    } catch {
      return undefined;
    }
  })();
  const valid = decoded && (await isValidEntry(roomId, decoded, unhex(c.signature_key)));
  expect(valid ?? false).toBe(c.valid);
  if (!c.valid || decoded === undefined) return;
  const { identity, member, alias } = decoded;
  expect({ identity: hex(identity), member, alias }).toEqual({
    identity: c.identity,
    member: c.member,
    alias: c.alias,
  });
  const signed = await signEntry(roomId, { identity, member, alias }, unhex(c.signature_seed));
  expect(hex(encodeEntry(signed))).toBe(c.entry);
});

type ContentCase = { structure: string; fields: Record<string, unknown> | null; bytes: string };
test.each(vectors<ContentCase>("contents"))("$structure: $name", ({ structure, fields, bytes }) => {
  const codec = structure === "group-state" ? groupState : commitContent;
  if (fields === null) {
    expect(() => codec.decode(unhex(bytes))).toThrow(expect.objectContaining({ code: "encoding" }));
  } else {
    expect(codec.decode(unhex(bytes))).toEqual(fields);
    expect(codec.encodeAgain(unhex(bytes))).toBe(bytes);
  }
});

const groupState = {
  decode: (bytes: Uint8Array) => {
    const { groupInfo, roster } = decodeGroupState(bytes);
    return { group_info: hex(groupInfo), roster: roster.map((e) => hex(encodeEntry(e))) };
  },
  encodeAgain: (bytes: Uint8Array) => hex(encodeGroupState(decodeGroupState(bytes))),
};

const commitContent = {
  decode: (bytes: Uint8Array) => {
    const { mlsMessage, rekey } = decodeCommitContent(bytes);
    return { mls_message: hex(mlsMessage), rekey: hex(rekey) };
  },
  encodeAgain: (bytes: Uint8Array) => hex(encodeCommitContent(decodeCommitContent(bytes))),
};
