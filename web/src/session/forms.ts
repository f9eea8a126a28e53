/**
 * What people type, checked before anything is sent.
 *
 * Invariant: a prepared form is one that the protocol can carry; otherwise the first thing wrong is named as a `Problem`
 * in the order of the fields on the page.
 */
import { AliasError, E2eeError, prepareAlias, preparePassword } from "../e2ee";
import type { CreateForm, JoinForm, Problem } from "./types";

/** Shortest lifetime of a room, in minutes (docs/PROTOCOL.md, section 12). */
export const MIN_LIFETIME_MINUTES = 5;
/** Longest room name in bytes of UTF-8 (docs/PROTOCOL.md, section 12). */
const MAX_ROOM_NAME_BYTES = 128;

/** What can be wrong with an alias. */
type AliasProblem = "alias-missing" | "alias-too-long" | "alias-has-control-characters";

/** What joining needs. */
export interface Prepared {
  readonly alias: string;
  readonly password: string;
}

/** What creating needs. */
export interface PreparedRoom extends Prepared {
  readonly roomName: string;
  readonly lifetimeSeconds: number;
}

/** Checks the start page's form; `maxMinutes` is the relay's. */
export function prepareCreate(form: CreateForm, maxMinutes: number): PreparedRoom | Problem {
  const alias = checkAlias(form.alias);
  if (typeof alias !== "string") return alias;
  const roomName = form.roomName.trim().normalize("NFC");
  if (roomName === "") return { name: "room-name-missing" };
  if (bytes(roomName) > MAX_ROOM_NAME_BYTES) return { name: "room-name-too-long" };
  const password = checkPassword(form.password);
  if (typeof password !== "string") return password;
  const minutes = form.lifetimeMinutes;
  if (!(minutes >= MIN_LIFETIME_MINUTES && minutes <= maxMinutes)) {
    return { name: "lifetime-out-of-range", min: MIN_LIFETIME_MINUTES, max: maxMinutes };
  }
  return { alias, roomName, password, lifetimeSeconds: Math.floor(minutes * 60) };
}

/** Checks the door's form. */
export function prepareJoin(form: JoinForm): Prepared | Problem {
  const alias = checkAlias(form.alias);
  if (typeof alias !== "string") return alias;
  const password = checkPassword(form.password);
  if (typeof password !== "string") return password;
  return { alias, password };
}

/** True if `prepared` is a problem and not a form. */
export function isProblem(prepared: object): prepared is Problem {
  return "name" in prepared;
}

/** The alias as it can be used, or what is wrong with it. */
export function checkAlias(alias: string): string | { readonly name: AliasProblem } {
  try {
    return prepareAlias(alias);
  } catch (error) {
    if (!(error instanceof AliasError)) throw error;
    switch (error.reason) {
      case "missing":
        return { name: "alias-missing" };
      case "too-long":
        return { name: "alias-too-long" };
      case "control-characters":
        return { name: "alias-has-control-characters" };
    }
  }
}

function checkPassword(password: string): string | Problem {
  if (password.trim() === "") return { name: "password-missing" };
  try {
    return preparePassword(password);
  } catch (error) {
    if (error instanceof E2eeError) return { name: "password-too-long" };
    throw error;
  }
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
