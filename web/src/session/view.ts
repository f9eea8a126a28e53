/**
 * The room as the user interface sees it: what the parts of a session show, put together, and what only the room page
 * needs. Holds no state of the protocol.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import { formatLink, type Member } from "../e2ee";
import type { Browser } from "./browser";
import type { Cover } from "./cover";
import type { Entries } from "./entries";
import type { Expiry } from "./expiry";
import type { Keyring } from "./keyring";
import { type People, roomFace } from "./people";
import type { Relay } from "./relay";
import type { ConnectionState, RoomView } from "./types";
import type { Typing } from "./typing";

/** What people can do in a room. */
export type Deeds = Pick<
  RoomView,
  | (
      | "send"
      | "resend"
      | "edit"
      | "remove"
      | "react"
      | "find"
      | "clear"
      | "kick"
      | "leave"
      | "purge"
    )
  | (
      | "rename"
      | "sharing"
      | "setSharing"
      | "noteTyping"
      | "noteRead"
      | "noteSight"
      | "setCover"
      | "lock"
    )
>;

/** What a view is put together from. */
export interface Parts {
  readonly browser: Browser;
  readonly keys: Keyring;
  readonly people: People;
  readonly entries: Entries;
  readonly expiry: Expiry;
  readonly relay: Relay;
  readonly typing: Typing;
  readonly cover: Cover;
  readonly locked: ReadonlySignal<boolean>;
}

export class View {
  readonly room: RoomView;
  readonly #origin: string;
  readonly #invitation = signal({ link: "", password: "" });
  readonly #safetyPhrase = signal<readonly string[]>([]);
  /** Attached to the relay and inside the group. */
  readonly #whole = signal(false);
  #over = false;

  constructor(parts: Parts, created: boolean, deeds: Deeds) {
    const { browser, keys, people, entries, expiry, relay, typing, cover } = parts;
    this.#origin = browser.origin;
    this.invite(keys);
    this.room = {
      roomName: keys.roomName,
      ...roomFace(keys.roomId),
      self: people.self,
      people: people.list,
      entries: entries.list,
      letGo: entries.letGo,
      typing: typing.list,
      cover: cover.on,
      locked: parts.locked,
      connection: this.#connection(relay),
      invitation: this.#invitation,
      created,
      remainingMs: expiry.remainingMs,
      safetyPhrase: this.#safetyPhrase,
      ...deeds,
    };
  }

  /** Shows the invitation that these keys make. */
  invite(keys: Keyring): void {
    if (this.#over) return;
    this.#invitation.value = { link: formatLink(this.#origin, keys), password: keys.password };
  }

  /** Says whether the room can be used right now. */
  setWhole(whole: boolean): void {
    this.#whole.value = whole;
  }

  /** Shows the safety phrase of the member's epoch. */
  showPhrase(member: Member): void {
    if (!this.#over) this.#safetyPhrase.value = member.safetyPhrase();
  }

  wipe(): void {
    this.#over = true;
    this.#invitation.value = { link: "", password: "" };
    this.#safetyPhrase.value = [];
  }

  #connection(relay: Relay): ReadonlySignal<ConnectionState> {
    return computed(() =>
      relay.state.value === "connected" && this.#whole.value ? "connected" : "reconnecting",
    );
  }
}
