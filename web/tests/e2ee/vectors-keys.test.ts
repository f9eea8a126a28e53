/** Keys and signatures against vectors/e2ee. */
import { describe, expect, test } from "vitest";
import { deriveRoot, RoomSecrets, SessionKeys } from "../../src/e2ee";
import { byJavaScript, byWebAssembly } from "../../src/e2ee/argon2";
import { concat, utf8 } from "../../src/e2ee/bytes";
import { derive, type KeyLabel } from "../../src/e2ee/hkdf";
import { hex, unhex, vectors } from "./vectors";

const NONE = new Uint8Array();

type RootCase = { password: string; room_id: string; link_secret: string; root: string };
describe.each(vectors<RootCase>("roots"))("root: $name", (c) => {
  const invitation = { roomId: unhex(c.room_id), linkSecret: unhex(c.link_secret) };
  const salt = concat(invitation.linkSecret, invitation.roomId);

  test("from a typed password", async () => {
    expect(hex(await deriveRoot(` ${c.password} `, invitation))).toBe(c.root);
  });

  test("by WebAssembly", async () => {
    expect(hex(await byWebAssembly(utf8(c.password), salt))).toBe(c.root);
  });

  test("by JavaScript, with progress", async () => {
    const progress: number[] = [];
    const root = await byJavaScript(utf8(c.password), salt, (done) => progress.push(done));
    expect(hex(root)).toBe(c.root);
    expect(progress.length).toBeGreaterThan(10);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });
});

type KeyCase = Record<
  | "root"
  | "room_id"
  | "link_secret"
  | "share"
  | "capsule_secret"
  | "admission_key"
  | "session_key"
  | DerivedKey,
  string
>;
type DerivedKey =
  | "admission_seed"
  | "external_psk"
  | "seal_key"
  | "name_key"
  | "session_seed"
  | "capsule_key";
test.each(vectors<KeyCase>("keys"))("derived keys: $name", async (c) => {
  const [root, roomId, share] = [unhex(c.root), unhex(c.room_id), unhex(c.share)];
  const rows: [DerivedKey, Uint8Array, Uint8Array, KeyLabel][] = [
    ["admission_seed", root, roomId, "admission key"],
    ["external_psk", root, roomId, "external psk"],
    ["seal_key", root, roomId, "seal"],
    ["name_key", unhex(c.link_secret), roomId, "room name"],
    ["session_seed", share, NONE, "session key"],
    ["capsule_key", unhex(c.capsule_secret), NONE, "capsule"],
  ];
  for (const [name, secret, salt, label] of rows) {
    expect(hex(await derive(secret, salt, label)), name).toBe(c[name]);
  }
  const secrets = await RoomSecrets.fromRoot(root, roomId);
  expect(hex(secrets.admissionKey)).toBe(c.admission_key);
  expect(hex(secrets.copyPsk())).toBe(c.external_psk);
  expect(hex((await SessionKeys.fromKept(concat(share, unhex(c.capsule_secret)))).publicKey)).toBe(
    c.session_key,
  );
});

type SignatureCase = Record<
  "root" | "room_id" | "share" | "nonce" | "session_key" | "join" | "resume",
  string
>;
test.each(vectors<SignatureCase>("signatures"))("signatures: $name", async (c) => {
  const secrets = await RoomSecrets.fromRoot(unhex(c.root), unhex(c.room_id));
  const join = await secrets.signJoin(unhex(c.nonce), unhex(c.session_key));
  expect(hex(join)).toBe(c.join);
  const session = await SessionKeys.fromKept(concat(unhex(c.share), new Uint8Array(32)));
  expect(hex(await session.signResume(unhex(c.nonce)))).toBe(c.resume);
});
