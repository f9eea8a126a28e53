/**
 * Why creating or joining did not work, in words: what happened and what to do, never whose fault it is.
 */
import type { Problem } from "../../session/types";

/** The form field that a problem stands at; without one it stands at the form. */
export type ProblemField = "alias" | "roomName" | "password" | "lifetime" | "link";

export interface ProblemWords {
  readonly text: string;
  readonly field: ProblemField | undefined;
  /** For how long another try is of no use. */
  readonly retryAfterMs: number;
}

/** Alias: 64 bytes, room name: 128, password: 256 (docs/PROTOCOL.md, section 12). Most people never meet these. */
export function problemWords(problem: Problem): ProblemWords {
  const at = (field: ProblemField | undefined, text: string, retryAfterMs = 0): ProblemWords => ({
    text,
    field,
    retryAfterMs,
  });
  switch (problem.name) {
    case "alias-missing":
      return at("alias", "Choose an alias, so that the others know what to call you.");
    case "alias-too-long":
      return at("alias", "This alias is too long. Choose a shorter one.");
    case "alias-has-control-characters":
      return at("alias", "This alias contains invisible characters. Type it anew without them.");
    case "room-name-missing":
      return at("roomName", "Give the room a name, so that your guests know where they are.");
    case "room-name-too-long":
      return at("roomName", "This name is too long. Choose a shorter one.");
    case "password-missing":
      return at("password", "A password is needed: it is what keeps others out.");
    case "password-too-long":
      return at("password", "This password is too long. Choose a shorter one.");
    case "lifetime-out-of-range":
      return at("lifetime", `Choose a lifetime from ${problem.min} to ${problem.max} minutes.`);
    case "link-malformed":
      return at(
        "link",
        "This is not a whole link to a room. Copy all of it, up to the last character.",
      );
    case "link-of-another-host":
      return at(
        "link",
        "This link belongs to another server. Open it in your browser's address bar.",
      );
    case "wrong-password":
      return at(
        "password",
        "That is the wrong password. Check it and try again. The people in the room see that someone tried.",
        problem.retryAfterMs,
      );
    case "throttled":
      return at(
        "password",
        "Too many wrong passwords were tried on this room. It takes no more for a moment.",
        problem.retryAfterMs,
      );
    case "room-full":
      return at(
        undefined,
        `The room is full: it takes ${problem.max} people. Try again when somebody has gone.`,
      );
    case "room-locked":
      return at(undefined, "This room is locked. Ask somebody inside to open it for you.");
    case "relay-full":
      return at(undefined, "The server has no place for another room. Try again in a few minutes.");
    case "no-connection":
      return at(undefined, "No connection to the server. Check your network and try again.");
    case "browser-unsupported":
      return at(
        undefined,
        `This browser lacks something the encryption needs (${problem.what}). Use a current browser, over https.`,
      );
    case "page-outdated":
      return at(undefined, "The server runs a newer version than this page. Reload the page.");
    case "tampered":
      return at(
        undefined,
        "What the server sent did not fit this room, so you were not let in. Somebody may be interfering. Ask for a new room.",
      );
  }
}
