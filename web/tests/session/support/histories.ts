/**
 * Members of one room, a model of the relay between them, and what each is to see: real sessions, and a network that carries
 * a frame at a time or breaks. Time stands still but for the steps.
 *
 * What must hold in each history: a text is shown once, in the order in which it was said, to everybody who was in the group
 * at its place, or a gap is told between what that sender said before it and after it; to nobody who came later; no message
 * is called everyone's that somebody in the room lacks; nobody is told that a rule was broken; and all comes to rest.
 */
import type { Hello } from "../../../src/connection";
import { Member, newIdentity, RoomSecrets, SessionKeys } from "../../../src/e2ee";
import type { Browser } from "../../../src/session/browser";
import { Keyring } from "../../../src/session/keyring";
import type { Relay } from "../../../src/session/relay";
import type { Admission, Way } from "../../../src/session/room";
import { RoomSession } from "../../../src/session/room-session";
import type { Delivery, Ended } from "../../../src/session/types";
import { End, idle } from "./ends";
import { sealedBodies } from "./light-group";
import { ManualClock } from "./manual-clock";
import { type Entry, Line, ModelRelay } from "./model-relay";

/** More members, at once or in all, would only make the histories slower. */
const MOST_AT_ONCE = 5;
const MOST_MEMBERS = 10;
/** Nobody is busy for longer, by far. */
const MOST_ROUNDS = 3_000;

/** What may happen. Numbers of people are taken modulo how many are in the room. */
export type Step =
  /** Somebody says something; somebody new is admitted; somebody takes another alias; somebody leaves. */
  | { readonly is: "say" | "rename" | "leave"; readonly who: number }
  | { readonly is: "join" }
  /** The relay takes so many frames of somebody's, or they take so many of the relay's. */
  | { readonly is: "up" | "down"; readonly who: number; readonly frames: number }
  /** The connection breaks and another stands before they have dealt with the last frames of the old one. */
  | { readonly is: "flicker"; readonly who: number; readonly frames: number }
  /** The relay takes what somebody wants most, and the connection breaks before they hear of it. */
  | { readonly is: "lost-answer"; readonly who: number; readonly notices: boolean }
  /** All frames of somebody's, or of everybody's, are carried until there are no more. */
  | { readonly is: "quiet"; readonly who: number }
  /** Somebody's connection breaks, and the relay notices or not; they are back. */
  | { readonly is: "cut"; readonly who: number; readonly notices: boolean }
  | { readonly is: "back"; readonly who: number }
  /** Those whose connections are lost were away for too long; what is kept for those who come back is too old. */
  | { readonly is: "forget-absent" | "drop-kept" | "calm" }
  /** The relay sends somebody its last frame twice; it tells senders what became of their messages. */
  | { readonly is: "repeat"; readonly who: number }
  | { readonly is: "report" }
  | { readonly is: "wait"; readonly ms: number };

type Shown = number | "gap";

interface Person {
  readonly alias: string;
  readonly end: End;
  readonly session: RoomSession;
  /** All member numbers that the relay gave this person. */
  readonly numbers: number[];
  /** Texts of others, by number, and gaps. */
  readonly shown: Shown[];
  /** How far own texts came. */
  readonly marks: Map<number, Delivery>;
  /** Where they came into the group, once they know that they did. */
  entrance: bigint | undefined;
  ended: Ended | undefined;
  /** Keys of lines that were looked at. */
  readonly seen: Set<string>;
}

export class World {
  readonly #clock = new ManualClock();
  readonly #relay: ModelRelay;
  readonly #people: Person[] = [];
  /** Who said each text. */
  readonly #texts: Person[] = [];

  private constructor(relay: ModelRelay) {
    this.#relay = relay;
  }

  /** Plays a history and holds it to what must hold. */
  static async play(steps: readonly Step[]): Promise<World> {
    const keys = await keyring("Member 0");
    const { member, groupState } = await Member.create(keys.member(1));
    const line = new Line();
    const relay = new ModelRelay(keys.session.publicKey, groupState, line);
    const world = new World(relay);
    await world.#admit(keys, line, { kind: "created", member });
    for (const step of steps) {
      await world.#play(step);
      world.#look();
    }
    await world.#comeToRest();
    world.#check();
    for (const { session } of world.#people) session.suspend();
    await idle();
    return world;
  }

  /** How often a gap was told: the histories are to have some. */
  get gaps(): number {
    return this.#people.flatMap(({ shown }) => shown).filter((shown) => shown === "gap").length;
  }

  get texts(): number {
    return this.#texts.length;
  }

  async #play(step: Step): Promise<void> {
    const here = this.#people.filter(({ ended }) => ended === undefined);
    const person = "who" in step ? here[step.who % here.length] : undefined;
    if (person === undefined) await this.#happen(step);
    else await this.#do(person, step);
    await idle();
  }

  async #happen(step: Step): Promise<void> {
    if (step.is === "join") await this.#join();
    else if (step.is === "calm") await this.#carry(this.#people);
    else if (step.is === "forget-absent") this.#relay.forgetAbsent();
    else if (step.is === "drop-kept") this.#relay.dropKept();
    else if (step.is === "report") this.#relay.report();
    else if (step.is === "wait") await this.#wait(step.ms);
  }

  async #do(person: Person, step: Step): Promise<void> {
    const { end, session } = person;
    if (step.is === "say") {
      session.view.send(`${this.#texts.length}`);
      this.#texts.push(person);
    } else if (step.is === "rename") {
      session.view.rename(`${person.alias} ${this.#texts.length}`).catch(() => undefined);
    } else if (step.is === "leave") {
      session.leave();
      while (this.#up(person));
    } else if (step.is === "up") for (let i = 0; i < step.frames; i += 1) this.#up(person);
    else if (step.is === "down") for (let i = 0; i < step.frames; i += 1) await this.#down(person);
    else if (step.is === "flicker") {
      for (let i = 0; i < step.frames; i += 1) this.#hand(person);
      this.#cut(person, true);
      this.#comeBack(person);
    } else if (step.is === "lost-answer") await this.#loseAnswer(person, step.notices);
    else if (step.is === "quiet") await this.#carry([person]);
    else if (step.is === "cut") this.#cut(person, step.notices);
    else if (step.is === "back") this.#comeBack(person);
    else if (step.is === "repeat" && end.line !== undefined) this.#relay.repeat(end.line);
  }

  async #join(): Promise<void> {
    const atOnce = this.#people.filter(({ ended }) => ended === undefined).length;
    if (atOnce === MOST_AT_ONCE || this.#people.length === MOST_MEMBERS) return;
    const keys = await keyring(`Member ${this.#people.length}`);
    const line = this.#relay.connect();
    const { roomId, session } = keys;
    const nothing = { signature: new Uint8Array(64), capsule: new Uint8Array(32) };
    line.up.push({ type: "Join", roomId, sessionKey: session.publicKey, ...nothing });
    this.#relay.take(line);
    await this.#admit(keys, line, { kind: "joined" });
  }

  async #admit(keys: Keyring, line: Line, way: Way): Promise<void> {
    const admitted = line.down.shift();
    if (admitted?.type !== "Admitted") throw new Error("not admitted");
    const { member: number, remainingMs, members } = admitted;
    const end = new End(line);
    const environment = { hidden: () => false } as Browser["environment"];
    const browser = { clock: this.#clock, environment, origin: "https://relay.example" };
    const admission: Admission = {
      relay: end as unknown as Relay,
      browser: { ...browser, saveKept: () => undefined } as unknown as Browser,
      keys,
      hello: end.present as Hello,
      number,
      remainingMs,
      members,
      lastMessageId: 0n,
      way,
    };
    const session = new RoomSession(admission, {
      onStep: () => undefined,
      onEntered: () => {
        person.entrance = this.#relay.entered.get(person.numbers.at(-1) ?? 0);
      },
      onEnded: (why) => {
        person.ended = why;
      },
      onPurgeOver: () => undefined,
    });
    const person: Person = {
      alias: keys.alias,
      end,
      session,
      numbers: [number],
      shown: [],
      marks: new Map(),
      entrance: undefined,
      ended: undefined,
      seen: new Set(),
    };
    this.#people.push(person);
    await idle();
  }

  #up({ end: { line }, numbers }: Person): boolean {
    if (line === undefined || !this.#relay.take(line)) return false;
    if (line.member !== undefined && !numbers.includes(line.member)) numbers.push(line.member);
    return true;
  }

  /** They get a frame, and may not have dealt with it yet. */
  #hand({ end }: Person): boolean {
    const frame = end.line?.down.shift();
    if (frame !== undefined) end.hand(frame);
    return frame !== undefined;
  }

  async #down(person: Person): Promise<boolean> {
    if (!this.#hand(person)) return false;
    await idle();
    this.#look();
    return true;
  }

  /** Carries frames until the relay has taken a commit or a message of theirs, and its answer is lost. */
  async #loseAnswer(person: Person, notices: boolean): Promise<void> {
    const { line } = person.end;
    if (line === undefined) return;
    for (let isTaken = false; !isTaken; ) {
      const next = line.up[0]?.type;
      isTaken = next === "Commit" || next === "Message";
      if (!this.#up(person) && !(await this.#down(person))) return;
    }
    this.#cut(person, notices);
  }

  #cut({ end }: Person, notices: boolean): void {
    const { line } = end;
    if (line === undefined) return;
    this.#relay.cut(line, notices);
    end.lose();
  }

  #comeBack({ end, ended }: Person): void {
    if (end.line === undefined && ended === undefined) end.open(this.#relay.connect());
  }

  async #wait(ms: number): Promise<void> {
    this.#clock.pass(ms);
    await idle();
    this.#look();
  }

  /** Carries all frames of these until there are none. */
  async #carry(people: readonly Person[]): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      let isAny = false;
      for (const person of people) {
        isAny = this.#up(person) || isAny;
        isAny = (await this.#down(person)) || isAny;
      }
      if (!isAny) return;
    }
    throw new Error("no rest is found");
  }

  /** Looks at the screens of all: what is new there is judged as it appears. */
  #look(): void {
    for (const person of this.#people) {
      if (person.ended !== undefined) {
        if (person.ended !== "left") throw new Error(`${person.alias} ended: ${person.ended}`);
        continue;
      }
      for (const entry of person.session.view.entries.value) {
        if (person.seen.has(entry.key)) continue;
        person.seen.add(entry.key);
        if (entry.kind === "gap") person.shown.push("gap");
        else if (entry.kind === "damaged" || entry.kind === "unreadable") {
          throw new Error(`${person.alias} is shown what is ${entry.kind}`);
        } else if (entry.kind === "message" && !entry.from.self) {
          this.#hear(person, entry.from.alias, Number(entry.body));
        }
      }
    }
    // Only now, since one frame may reach many.
    for (const person of this.#people) {
      if (person.ended === undefined) this.#learn(person);
    }
  }

  #hear(person: Person, from: string, text: number): void {
    const sender = this.#texts[text];
    if (sender === undefined || !from.startsWith(sender.alias)) throw new Error("of somebody else");
    const others = person.shown.filter((shown) => shown !== "gap" && this.#texts[shown] === sender);
    if (others.some((other) => Number(other) >= text)) {
      throw new Error(`${person.alias} is shown ${text} twice, or out of order`);
    }
    person.shown.push(text);
  }

  #learn(person: Person): void {
    for (const entry of person.session.view.entries.value) {
      if (entry.kind !== "message" || entry.delivery === undefined) continue;
      const text = Number(entry.body);
      const before = person.marks.get(text);
      if (before === entry.delivery) continue;
      person.marks.set(text, entry.delivery);
      if (before === "everyone" || before === "missed") throw new Error("taken back");
      if (entry.delivery !== "everyone") continue;
      const lacking = this.#lacking(text, person);
      if (lacking.length > 0) throw new Error(`${lacking.join()} lack everyone's ${text}`);
    }
  }

  /** Who is in the room and was in the group when a text took its place, and has not been shown it. */
  #lacking(text: number, sender: Person): string[] {
    const place = this.#placesOf(text).at(-1)?.seq ?? 0n;
    return this.#people
      .filter((person) => {
        const number = person.numbers.at(-1) ?? 0;
        const entered = this.#relay.entered.get(number);
        const wasThere = entered !== undefined && entered < place;
        return person !== sender && this.#relay.sessions.has(number) && wasThere;
      })
      .filter(({ ended, shown }) => ended === undefined && !shown.includes(text))
      .map(({ alias }) => alias);
  }

  /** The places that a text took: more than one if its sender's session was forgotten in between. */
  #placesOf(text: number): Entry[] {
    return this.#relay.log.filter(
      ({ frame, recipients }) =>
        frame.type === "MessageRelayed" &&
        recipients.length === 0 &&
        sealedBodies.get(frame.payload) === `${text}`,
    );
  }

  /** Nothing breaks any more, until all is quiet. */
  async #comeToRest(): Promise<void> {
    for (const person of this.#people) {
      this.#comeBack(person);
      await idle();
    }
    await this.#carry(this.#people);
    // Whoever left with a broken connection is away for good.
    for (const person of this.#people) if (person.ended !== undefined) this.#cut(person, true);
    this.#relay.forgetAbsent();
    for (let second = 0; second < 40; second += 1) {
      await this.#carry(this.#people);
      await this.#wait(1_000);
      await this.#carry(this.#people);
      this.#relay.report();
    }
    await this.#carry(this.#people);
  }

  #check(): void {
    const living = this.#people.filter(({ ended }) => ended === undefined);
    const stands = ({ session: { view }, alias }: Person) => {
      if (view.connection.value !== "connected") throw new Error(`${alias} is outside for ever`);
      return [view.people.value.length, ...view.safetyPhrase.value].join(" ");
    };
    const all = new Set(living.map(stands));
    if (all.size > 1) throw new Error(`they disagree: ${[...all].join("; ")}`);
    for (const person of living) {
      const gaps = person.shown.filter((shown) => shown === "gap").length;
      const losses = person.numbers.reduce((sum, n) => sum + (this.#relay.losses.get(n) ?? 0), 0);
      if (gaps > losses + person.numbers.length - 1) {
        throw new Error(`${person.alias} is told of a gap where there is none`);
      }
      this.#texts.forEach((sender, text) => {
        if (sender === person) this.#checkOwn(person, text);
        else this.#checkShown(person, text, sender);
      });
    }
  }

  #checkOwn(person: Person, text: number): void {
    const mark = person.marks.get(text);
    const [first] = this.#placesOf(text);
    if (mark === "sending" || mark === "failed" || first === undefined) {
      throw new Error(`${text} is ${mark} for ever`);
    }
    const isAsked = this.#people.some(
      (other) =>
        other !== person &&
        !this.#isBroken(other) &&
        other.entrance !== undefined &&
        other.entrance < first.seq,
    );
    if (mark === "sent" && isAsked && !this.#isBroken(person)) {
      throw new Error(`nothing is told of ${text}`);
    }
  }

  /** Whoever was in the group at a text's place is shown it, or told of a gap just there; and nobody who came later. */
  #checkShown(person: Person, text: number, sender: Person): void {
    const { shown, entrance = 0n, alias } = person;
    const places = this.#placesOf(text);
    const [first] = places;
    const last = places.at(-1);
    if (first === undefined || last === undefined) return;
    if (shown.includes(text)) {
      if (last.seq < entrance) throw new Error(`${alias} is shown ${text} from before they came`);
      return;
    }
    if (first.seq < entrance) return;
    const ofSender = (other: Shown) => other !== "gap" && this.#texts[other] === sender;
    const before = shown.findLastIndex((other) => ofSender(other) && Number(other) < text);
    const after = shown.findIndex((other) => ofSender(other) && Number(other) > text);
    const between = shown.slice(before + 1, after === -1 ? shown.length : after);
    if (between.includes("gap")) return;
    // After a gap its sender cannot know who needs a copy, and from one who has left none comes (section 9.1).
    const isCopyDue = first.frame.epoch < this.#since(person, first.seq);
    if (isCopyDue && this.#isBroken(sender)) return;
    throw new Error(`${alias} misses ${text}, and no gap is told`);
  }

  /** The first epoch that somebody could read at that place. */
  #since({ numbers }: Person, place: bigint): bigint {
    const own = this.#relay.entrances.filter(
      ({ member, seq }) => numbers.includes(member) && seq < place,
    );
    return own.at(-1)?.epoch ?? 0n;
  }

  /** They have left, or missed something. */
  #isBroken({ shown, ended, numbers }: Person): boolean {
    return ended !== undefined || shown.includes("gap") || numbers.length > 1;
  }
}

const ROOM_ID = new Uint8Array(16).fill(4);
const ROOT = new Uint8Array(32).fill(9);

async function keyring(alias: string): Promise<Keyring> {
  return new Keyring({
    session: await SessionKeys.create(),
    secrets: await RoomSecrets.fromRoot(ROOT.slice(), ROOM_ID),
    roomId: ROOM_ID.slice(),
    linkSecret: new Uint8Array(24),
    password: "a password",
    roomName: "Tea",
    alias,
    ...newIdentity(),
  });
}
