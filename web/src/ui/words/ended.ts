/**
 * The words of the pages that end a room.
 *
 * Invariant: "left", "purged" and "expired" each stand on their own page only (the page for what is gone says "expired"
 * too), so that people, and whoever drives the product from outside, can tell the ends apart by these words.
 */
import type { Ended } from "../../session/types";

/** A heading, what it means, and what to do now. */
export interface EndedWords {
  readonly title: string;
  readonly meaning: string;
  readonly next: string;
}

const WORDS: Record<Ended, EndedWords> = {
  left: {
    title: "You left the room",
    meaning: "Its messages and keys are wiped from this tab. The room goes on for the others.",
    next: "While it lives, link and password let you in again.",
  },
  purging: {
    title: "Purging this room",
    meaning:
      "Messages and keys are wiped from this tab. The others follow as soon as the server has heard of it.",
    next: "Keep this tab open until it says that this is done. Without a connection that takes a while, and the room may live on until its time is up.",
  },
  purged: {
    title: "This room was purged",
    meaning:
      "Somebody in it ended it for everyone. Messages and keys are wiped from every screen that is online, and from others as soon as they are. The server forgot it.",
    next: "Its link will never work again.",
  },
  expired: {
    title: "This room has expired",
    meaning:
      "Its time was up. Messages and keys are wiped from every screen, and the server forgot it.",
    next: "Its link will never work again.",
  },
  gone: {
    title: "No room here: this session has expired or never existed",
    meaning:
      "The room may be over, or a piece of the link is missing. Nobody can tell which, and that is on purpose.",
    next: "Check that you have the whole link, or ask for a new one.",
  },
  replaced: {
    title: "You are in this room in another tab",
    meaning: "You can be in it once from one tab. This one is wiped.",
    next: "Go on in the other tab.",
  },
  evicted: {
    title: "You were removed from the room",
    meaning:
      "Somebody in it chose to. Messages and keys are wiped from this tab, and the link and password you had no longer work.",
    next: "If you think it was a mistake, talk to the people who invited you.",
  },
  "locked-out": {
    title: "The room has a new link and password",
    meaning:
      "They changed while you were away, because somebody was removed. This tab could not follow and is wiped.",
    next: "Ask somebody in the room for the new ones.",
  },
  "relay-stopped": {
    title: "The server was stopped",
    meaning:
      "Rooms live in its memory and nowhere else, so this one is gone. Messages and keys are wiped from this tab.",
    next: "You can make a new room as soon as it runs again.",
  },
  tampered: {
    title: "This room was closed to protect you",
    meaning:
      "Something came in that the rules of the room forbid. Somebody may be interfering with the server or the connection. This tab is wiped.",
    next: "Make a new room, share a new password, and compare the safety phrase.",
  },
};

/** What the page for `why` says. */
export function endedWords(why: Ended): EndedWords {
  return WORDS[why];
}
