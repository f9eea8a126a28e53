/** The secrets that a room gets when somebody is removed from it (docs/PROTOCOL.md, section 8.5). */
import { deriveRoot, generatePassword, RoomSecrets } from "../e2ee";
import { type NewSecrets, newLinkSecret } from "./keyring";

/** Makes fresh ones; takes as long as Argon2id takes. Rejects if `signal` aborts. */
export async function makeNewSecrets(
  roomId: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
): Promise<NewSecrets> {
  const linkSecret = newLinkSecret();
  const password = generatePassword();
  const root = await deriveRoot(password, { roomId, linkSecret }, { signal });
  const secrets = await RoomSecrets.fromRoot(root, roomId);
  root.fill(0);
  signal.throwIfAborted();
  return { secrets, linkSecret, password };
}

/** Wipes secrets that came to nothing. */
export function wipeNewSecrets({ secrets, linkSecret }: NewSecrets): void {
  secrets.wipe();
  linkSecret.fill(0);
}
