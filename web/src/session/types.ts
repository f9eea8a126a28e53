/**
 * What the user interface sees of a session. Everything here is plain data and signals: no DOM, no sockets, no keys.
 *
 * Words are those of docs/PROTOCOL.md.
 */
import type { ReadonlySignal } from "@preact/signals-core";

/** Why a room is over for this tab; each has its own page. */
export type Ended =
  | "left"
  /** Wiped here, but the relay has not heard of it yet; another end follows in place of this one. */
  | "purging"
  | "purged"
  | "expired"
  /** Ended room, wrong link, unknown session: one and the same. */
  | "gone"
  /** The session goes on in another tab. */
  | "replaced"
  /** Another member removed this one. */
  | "evicted"
  /** Link and password of the room changed while this tab was away: it needs the new ones from somebody inside. */
  | "locked-out"
  /** The relay was stopped or restarted: all its rooms are gone. */
  | "relay-stopped"
  /** Somebody broke the rules of the room, or sits between (docs/PROTOCOL.md, section 8.4). */
  | "tampered";

/** Where the page stands. */
export type Phase =
  /** The start page: form to create, line to paste a link. */
  | { readonly at: "start" }
  /** A link is open: the room is being looked up, or waits for alias and password. */
  | { readonly at: "door"; readonly roomName: string | undefined }
  /** A refreshed tab comes back. */
  | { readonly at: "returning" }
  | { readonly at: "room" }
  | { readonly at: "ended"; readonly why: Ended };

/** What goes on while creating or joining, in words a person understands. */
export type Step =
  /** What a room needs is on its way to this page. */
  | { readonly name: "loading" }
  /** Argon2id; `done` from 0 to 1. */
  | { readonly name: "deriving-keys"; readonly done: number }
  | { readonly name: "connecting" }
  | { readonly name: "asking-to-join" }
  /** The relay is under load and has newcomers work first; `done` from 0 to 1. */
  | { readonly name: "working"; readonly done: number }
  /** Other members are joining first. */
  | { readonly name: "waiting-for-turn" }
  | { readonly name: "entering" };

/** Why creating or joining did not work; the form stays, filled in. */
export type Problem =
  | { readonly name: "alias-missing" | "alias-too-long" | "alias-has-control-characters" }
  | { readonly name: "room-name-missing" | "room-name-too-long" }
  | { readonly name: "password-missing" | "password-too-long" }
  | { readonly name: "lifetime-out-of-range"; readonly min: number; readonly max: number }
  | { readonly name: "link-malformed" | "link-of-another-host" }
  | { readonly name: "wrong-password"; readonly retryAfterMs: number }
  | { readonly name: "throttled"; readonly retryAfterMs: number }
  | { readonly name: "room-full"; readonly max: number }
  /** The password was right, but the members take nobody in. */
  | { readonly name: "room-locked" }
  | { readonly name: "relay-full" }
  | { readonly name: "no-connection" }
  /** The relay speaks a newer version than this page: reload it. */
  | { readonly name: "page-outdated" }
  /** The browser lacks something we need (WebCrypto in a secure context, WebSocket, workers). */
  | { readonly name: "browser-unsupported"; readonly what: string }
  | { readonly name: "tampered" };

export type ConnectionState = "connecting" | "connected" | "reconnecting";

/** A member as shown to people. */
export interface Person {
  /** Stable within the room: the MLS credential's identity in hex. */
  readonly id: string;
  readonly alias: string;
  /** Two words that tell people with the same alias apart. */
  readonly words: readonly [string, string];
  /** 32 bytes to draw the mark from. */
  readonly mark: Uint8Array;
  readonly self: boolean;
  /** "leaving": gone as far as the server says, and able to read until a member has removed their keys. */
  readonly presence: "here" | "away" | "leaving";
}

/** How far an own message came (docs/PROTOCOL.md, sections 5.3 and 5.7). */
export type Delivery =
  /** On its way to the relay, or waiting for a connection. */
  | "sending"
  /** The relay has it. */
  | "sent"
  /** Everyone in the room has it, by the relay's word. */
  | "everyone"
  /** Somebody in the room was away too long, or reloaded the page, and may have missed it for good. */
  | "missed"
  /** It did not go out and can be sent again. */
  | "failed"
  /** It did not go out: the relay takes no messages of this size. */
  | "too-large";

/** One emoji on a message, and who put it there. */
export interface ReactionChip {
  readonly emoji: string;
  readonly people: readonly Person[];
  /** One of them is this tab's own person. */
  readonly own: boolean;
}

/** Who takes part in a whisper. */
export interface Whispered {
  /** Its recipients, as far as they were in the room when it was shown. */
  readonly to: readonly Person[];
  /** How many more there are, who had left by then. */
  readonly left: number;
  /** Ids of all: its sender and its recipients. */
  readonly circle: readonly string[];
}

/** A text on this screen; what is not so, is absent. */
export interface MessageEntry {
  readonly kind: "message";
  readonly key: string;
  readonly from: Person;
  /** As it was typed, or last edited; empty once deleted. */
  readonly body: string;
  /** Wall clock of this device, milliseconds. */
  readonly at: number;
  /** Own messages only. */
  readonly delivery: Delivery | undefined;
  /** Names the message on all screens, for `RoomView.find`. */
  readonly name?: string;
  /** The `name` of the message that this one answers; that one need not be on this screen. */
  readonly replyTo?: string;
  /** The body is not the first one. */
  readonly edited?: true;
  /** Its writer took it back: nothing but its place is left. */
  readonly deleted?: true;
  /** In the order in which each emoji first came. */
  readonly reactions?: readonly ReactionChip[];
  /** The line goes by itself at `endsAt`, on the wall clock in milliseconds; undefined as long as it was not sent or seen. */
  readonly burn?: { readonly seconds: number; readonly endsAt: number | undefined };
  readonly whisper?: Whispered;
  /** Somebody else's, and it has this tab's alias after an @. */
  readonly mentionsYou?: true;
  /** Own messages only: who has told that it was on their screen. */
  readonly readBy?: readonly Person[];
}

/** One line of the conversation. `key` is unique within the tab. */
export type Entry =
  | MessageEntry
  | {
      readonly kind: "joined" | "left" | "returned";
      readonly key: string;
      readonly who: Person;
      readonly at: number;
    }
  | {
      readonly kind: "removed";
      readonly key: string;
      readonly who: Person;
      readonly by: Person;
      readonly at: number;
    }
  /** Somebody goes by another alias now. */
  | {
      readonly kind: "renamed";
      readonly key: string;
      readonly who: Person;
      readonly before: string;
      readonly at: number;
    }
  | {
      readonly kind: "wrong-password";
      readonly key: string;
      readonly count: number;
      readonly at: number;
    }
  /** Somebody whom the server calls gone still holds the keys of the room after a while. */
  | { readonly kind: "lingering"; readonly key: string; readonly who: Person; readonly at: number }
  /** Messages were missed while away. */
  | { readonly kind: "gap"; readonly key: string; readonly at: number }
  /** The link and the password of the room changed, because somebody was removed. */
  | { readonly kind: "rekeyed"; readonly key: string; readonly by: Person; readonly at: number }
  /** To the newcomer: somebody here already uses this alias. */
  | {
      readonly kind: "alias-taken";
      readonly key: string;
      readonly alias: string;
      readonly at: number;
    }
  /** A message of a kind that this version cannot show. */
  | {
      readonly kind: "unreadable";
      readonly key: string;
      readonly from: Person;
      readonly at: number;
    }
  /** The room takes newcomers no more, or again; undefined: somebody who is not here any more saw to that. */
  | {
      readonly kind: "lock";
      readonly key: string;
      readonly by: Person | undefined;
      readonly locked: boolean;
      readonly at: number;
    }
  /** Cover traffic was turned on or off; undefined: this tab found it on. */
  | {
      readonly kind: "cover";
      readonly key: string;
      readonly by: Person | undefined;
      readonly on: boolean;
      readonly at: number;
    }
  /** Something arrived that could not be opened: damaged or forged on the way. Nobody can be named. */
  | { readonly kind: "damaged"; readonly key: string; readonly at: number };

/** "removed": out, and link and password are new. "gone-before": they had left already, and nothing has changed. */
export type KickOutcome = "removed" | "gone-before";

/** What goes along with a text. */
export interface SendOptions {
  /** What it answers. An answer to a whisper is whispered to all who take part in that one, or not sent. */
  readonly replyTo?: Answered;
  /** It vanishes from every screen so many seconds after it was seen there: 1 to `MAX_BURN_S`, whole ones. */
  readonly burnSeconds?: number;
  /** Ids of those who alone can read it. */
  readonly whisperTo?: readonly string[];
}

/** What is answered, as it was when the answer was begun: it may be gone before that is sent. */
export interface Answered {
  /** The `key` of its line. */
  readonly key: string;
  /** Ids of all who take part in it, if it is a whisper; undefined: it was said openly. */
  readonly circle: readonly string[] | undefined;
}

/** Why a text was not sent; it stands nowhere but where it was written. */
export type SendProblem =
  /** The whisper that it answers is not here any more. */
  | "answered-gone"
  /** It would go to others than those who take part in the whisper that it answers. */
  | "another-circle";

/** What this tab tells the others of what its person does. Nothing at first, and kept nowhere. */
export interface Sharing {
  readonly typing: boolean;
  readonly reading: boolean;
}

/** Why another alias cannot be had. */
export type RenameProblem =
  | "alias-missing"
  | "alias-too-long"
  | "alias-has-control-characters"
  /** Somebody else here goes by it, or by one that looks the same. */
  | "alias-taken";

/** Everything the room page shows. */
export interface RoomView {
  readonly roomName: string;
  /** Two words that tell rooms with the same name apart. */
  readonly words: readonly [string, string];
  readonly mark: Uint8Array;
  readonly self: ReadonlySignal<Person>;
  readonly people: ReadonlySignal<readonly Person[]>;
  readonly entries: ReadonlySignal<readonly Entry[]>;
  /** True once older entries were let go to bound the memory of this tab. */
  readonly letGo: ReadonlySignal<boolean>;
  readonly connection: ReadonlySignal<ConnectionState>;
  /** The whole invitation link, and the password: to be shown as two separate things. They change after a kick. */
  readonly invitation: ReadonlySignal<{ readonly link: string; readonly password: string }>;
  /** True for who created the room and has not refreshed since: the invitation is open. */
  readonly created: boolean;
  /** Milliseconds left, updated once a second. The wick is this, as a share of 60 minutes. */
  readonly remainingMs: ReadonlySignal<number>;
  /** Six words, equal on all screens when nobody sits between. */
  readonly safetyPhrase: ReadonlySignal<readonly string[]>;
  /** Others who are typing, as far as they let it be known. */
  readonly typing: ReadonlySignal<readonly Person[]>;
  readonly sharing: ReadonlySignal<Sharing>;
  /** Newcomers are not taken in. */
  readonly locked: ReadonlySignal<boolean>;
  /** Everyone sends at a constant rate, so that the relay does not see who says how much. */
  readonly cover: ReadonlySignal<boolean>;
  /** Says what stands against it, or sends it. */
  send(body: string, options?: SendOptions): SendProblem | undefined;
  /** Put another body in place of that of an own message. False if that cannot be done. */
  edit(key: string, body: string): boolean;
  /** Take an own message back, on all screens. False if that cannot be done. */
  remove(key: string): boolean;
  /** Put an emoji on a message, or take it off. False if it is none, or this tab has `MAX_REACTIONS` there already. */
  react(key: string, emoji: string): boolean;
  /** The line of that `name`, if it is still on this screen. */
  find(name: string): MessageEntry | undefined;
  setSharing(sharing: Partial<Sharing>): void;
  /** To be called while somebody writes what is no whisper; tells the others if `sharing` says so. */
  noteTyping(): void;
  /** To be called with the newest line that was really seen; tells the others if `sharing` says so. */
  noteRead(key: string): void;
  /** To be called when a line that is to vanish came into sight, to its end: it burns from then on. */
  noteSight(key: string): void;
  setCover(on: boolean): void;
  /** Lock the room to newcomers, or open it; `locked` follows when it is so. False while there is no connection. */
  lock(locked: boolean): boolean;
  /**
   * Take another alias. Settles when all have it, or with what stands against it; rejects `RoomOver` if this tab's part in the
   * room ends before, or if another one is asked for meanwhile.
   */
  rename(alias: string): Promise<RenameProblem | undefined>;
  /** Forget all lines of this screen. */
  clear(): void;
  /** Send a failed message again. */
  resend(key: string): void;
  /**
   * Remove somebody and change link and password. Settles when it is done, or when that person is gone before it could
   * be; it takes seconds (Argon2id). Rejects if this tab's part in the room ends before.
   */
  kick(id: string): Promise<KickOutcome>;
  leave(): void;
  purge(): void;
}

export interface CreateForm {
  readonly alias: string;
  readonly roomName: string;
  readonly password: string;
  readonly lifetimeMinutes: number;
}

export interface JoinForm {
  readonly alias: string;
  readonly password: string;
}

/** The one object the user interface talks to. */
export interface SanctuaryApp {
  readonly phase: ReadonlySignal<Phase>;
  readonly step: ReadonlySignal<Step | undefined>;
  readonly problem: ReadonlySignal<Problem | undefined>;
  /** Defined while `phase.at` is "room". */
  readonly room: ReadonlySignal<RoomView | undefined>;
  /** For the door: fingerprint of the room and time left. */
  readonly door: ReadonlySignal<
    | {
        readonly words: readonly [string, string];
        readonly mark: Uint8Array;
        readonly remainingMs: number;
      }
    | undefined
  >;
  /** The longest lifetime the relay allows, in minutes. */
  readonly maxLifetimeMinutes: ReadonlySignal<number>;
  create(form: CreateForm): Promise<void>;
  /** Open a pasted link: goes to the door, or sets a problem. */
  openLink(link: string): void;
  join(form: JoinForm): Promise<void>;
  /** Fetches what a room needs, ahead of its use. */
  prepare(): void;
  /** Stop creating or joining. */
  cancel(): void;
  /** From an ended page or the door back to the start page. */
  startOver(): void;
}
