/**
 * What people say: own texts into the outbox, others' out of the group.
 *
 * Invariant: a text is shown once, however often it arrives (somebody who lost its session may have to send one again).
 */
import { bytesToHex } from "@noble/hashes/utils.js";
import { decodeMessage, encodeText } from "../e2ee";
import type { RelayFrame } from "../wire";
import type { Deliveries } from "./deliveries";
import type { Entries } from "./entries";
import type { Group } from "./group";
import type { Outbox } from "./outbox";
import { type People, personId } from "./people";

type MessageRelayed = Extract<RelayFrame, { readonly type: "MessageRelayed" }>;

/** Bytes of the random id that names a text (docs/PROTOCOL.md, section 9). */
const TEXT_ID_BYTES = 16;
/** Ids of texts remembered to find doubles: more than can be sent again after a loss. */
const MAX_REMEMBERED = 4096;

export class Texts {
  readonly #entries: Entries;
  readonly #people: People;
  readonly #outbox: Outbox;
  readonly #deliveries: Deliveries;
  readonly #seen = new Set<string>();

  constructor(entries: Entries, people: People, outbox: Outbox, deliveries: Deliveries) {
    this.#entries = entries;
    this.#people = people;
    this.#outbox = outbox;
    this.#deliveries = deliveries;
  }

  /** Shows an own text and hands it to the outbox; one that cannot be carried is shown as failed. */
  write(body: string): void {
    if (body === "") return;
    const from = this.#people.self.value;
    const key = this.#entries.add({ kind: "message", from, body, delivery: "sending" });
    this.#handOver(key, body);
  }

  /** Sends a failed text again. It moves to the end, where the others will see it. */
  writeAgain(key: string): void {
    const entry = this.#entries.list.value.find((other) => other.key === key);
    if (entry?.kind !== "message" || entry.delivery !== "failed") return;
    this.#entries.moveToEnd(key);
    this.#entries.deliver(new Set([key]), "sending");
    this.#handOver(key, entry.body);
  }

  /** Opens and shows what somebody else said. */
  async read(group: Group, { epoch, payload }: MessageRelayed): Promise<void> {
    // Said before this tab was in the group, or while it was lost: not readable, and no mistake of anybody.
    if (group.member === undefined || epoch < group.since) return;
    try {
      const { from, data } = await group.member.decrypt(epoch, payload);
      const message = decodeMessage(data);
      const person = this.#people.person(from);
      if (message.kind === "unknown") this.#entries.add({ kind: "unreadable", from: person });
      else if (this.#isNew(`${personId(from.identity)} ${bytesToHex(message.id)}`)) {
        this.#entries.add({
          kind: "message",
          from: person,
          body: message.body,
          delivery: undefined,
        });
      }
      data.fill(0);
    } catch {
      // One line for a run of them: whoever forges must not be able to flood the page.
      if (this.#entries.last?.kind !== "damaged") this.#entries.add({ kind: "damaged" });
    }
  }

  wipe(): void {
    this.#seen.clear();
  }

  #handOver(key: string, body: string): void {
    try {
      this.#outbox.add(
        key,
        encodeText(crypto.getRandomValues(new Uint8Array(TEXT_ID_BYTES)), body),
      );
    } catch {
      this.#deliveries.failed(key);
    }
  }

  #isNew(id: string): boolean {
    if (this.#seen.has(id)) return false;
    this.#seen.add(id);
    if (this.#seen.size > MAX_REMEMBERED) {
      const oldest = this.#seen.values().next();
      if (!oldest.done) this.#seen.delete(oldest.value);
    }
    return true;
  }
}
