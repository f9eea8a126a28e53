/** Every screen and state of the interface, each under a name: `gallery.html?scene=NAME`. */
import { signal } from "@preact/signals";
import type {
  ConnectionState,
  Delivery,
  Ended,
  Entry,
  MessageEntry,
  Person,
  Phase,
  Problem,
  RoomView,
  SanctuaryApp,
  Step,
} from "../src/session/types";
import { FALSE_WHISPER } from "./everything";
import { bytesFrom, crowd, ines, jonas, jonas2, longName, mara, noor } from "./people";

const MINUTE_MS = 60_000;
/** 14:32 on a day that does not matter. */
const NOON = new Date(2024, 4, 17, 14, 32).getTime();

let keys = 0;
const key = (): string => `k${++keys}`;

const said = (
  from: Person,
  body: string,
  minute = 0,
  delivery: Delivery | undefined = from.self ? "everyone" : undefined,
): Entry => ({ kind: "message", key: key(), from, body, at: NOON + minute * MINUTE_MS, delivery });
const came = (who: Person, kind: "joined" | "left" | "returned" = "joined"): Entry => ({
  kind,
  key: key(),
  who,
  at: NOON,
});

const talk: readonly Entry[] = [
  came(jonas),
  said(mara, "I have the letters. All eleven, with dates."),
  said(jonas, "Good. Does anyone else know where they are?", 1),
  came(ines),
  said(mara, "Only the three of us.", 1),
  said(
    ines,
    "Then we meet the lawyer at four, as planned. Bring copies, leave the originals. If anything comes up before then, purge this room and call me from the other phone.",
    2,
  ),
  said(ines, "The address once more:\nHarbour office, 3rd floor\nring twice", 2),
  said(jonas, "Got it.", 3),
  said(
    mara,
    "https://example.org/a/very/long/path/that/does/not/break/anywhere/and/goes/on/and/on?with=parameters&more=1",
    3,
  ),
  said(jonas, "👍", 4),
];

const events: readonly Entry[] = [
  { kind: "alias-taken", key: key(), alias: "Mara", at: NOON },
  came(jonas),
  came(jonas2),
  came(noor),
  said(jonas, "Which of us is which?", 1),
  said(jonas2, "I am the other one.", 1),
  said(noor, "مرحبا، هل وصلت الوثائق؟", 2),
  { kind: "wrong-password", key: key(), count: 1, at: NOON },
  { kind: "wrong-password", key: key(), count: 3, at: NOON },
  { kind: "gap", key: key(), at: NOON },
  came(ines, "left"),
  came(noor, "returned"),
  { kind: "unreadable", key: key(), from: noor, at: NOON },
  { kind: "removed", key: key(), who: longName, by: jonas, at: NOON },
  { kind: "rekeyed", key: key(), by: jonas, at: NOON },
  { kind: "damaged", key: key(), at: NOON },
  said(mara, "This one is on its way.", 3, "sending"),
  said(mara, "This one did not arrive.", 3, "failed"),
];

const deliveries: readonly Entry[] = [
  came(jonas),
  said(mara, "Has everyone got the address?", 0, "everyone"),
  said(jonas, "Yes.", 1),
  said(mara, "Good. The lawyer comes at four.", 1, "missed"),
  said(
    mara,
    "Bring copies and leave the originals, whatever they tell you. I would rather lose an hour than one of the letters.",
    1,
    "missed",
  ),
  said(ines, "I was out for a minute. What did I miss?", 2),
  said(mara, "That he comes at four.", 2, "everyone"),
  said(mara, "With copies.", 2, "sent"),
  said(mara, "And this one is on its way.", 2, "sending"),
  said(
    mara,
    "This one could not be sent, however long it is and wherever its lines break.",
    2,
    "failed",
  ),
];

/** A message with more to it. */
const more = (entry: Entry, parts: Partial<MessageEntry>): Entry =>
  ({ name: `name of ${entry.key}`, ...entry, ...parts }) as Entry;

const asked = more(said(jonas, "Who has the *second* copy of the ledger?", 0), {
  reactions: [
    { emoji: "👀", people: [ines, mara], own: true },
    { emoji: "👍", people: [noor], own: false },
  ],
});
const lively: readonly Entry[] = [
  came(jonas),
  came(ines),
  asked,
  more(said(ines, "I have it. Page 14 is the one that matters:\n\n> He was never told.", 1), {
    replyTo: "asked",
    edited: true,
  }),
  more(said(jonas, "@Mara can you bring it to the lawyer?", 1), { mentionsYou: true }),
  more(said(mara, "Yes, at four. @Jonas, you wait outside.", 2), { readBy: [jonas, ines] }),
  more(said(jonas, "Do not tell Inés about the photographs yet.", 2), {
    whisper: { to: [mara], left: 0, circle: [jonas.id, mara.id] },
  }),
  more(said(mara, "I will not. They stay with me.", 3), {
    whisper: { to: [jonas], left: 1, circle: [mara.id, jonas.id, "left"] },
  }),
  // What looks like one, as far as an author can draw.
  said(jonas, FALSE_WHISPER, 3),
  more(said(ines, "", 3), { deleted: true }),
  more(said(noor, "The door code is `4711`.", 4), {
    burn: { seconds: 60, endsAt: Date.now() + 42_000 },
    reactions: [{ emoji: "✅", people: [mara, jonas, ines], own: true }],
  }),
  more(
    said(
      mara,
      `A long statement.\n\n${"Line after line of it, as it was dictated. ".repeat(120)}`,
      5,
    ),
    {},
  ),
];

const many: readonly Entry[] = Array.from({ length: 60 }, (_, i) => {
  const from = [mara, jonas, ines, noor][Math.floor(i / 3) % 4] ?? mara;
  return said(from, `Line ${i + 1}: ${"words and ".repeat(1 + (i % 5))}more words.`, i);
});

interface RoomWishes {
  readonly people?: readonly Person[];
  readonly entries?: readonly Entry[];
  readonly letGo?: boolean;
  readonly minutes?: number;
  readonly connection?: ConnectionState;
  readonly created?: boolean;
  readonly roomName?: string;
  readonly typing?: readonly Person[];
}

function room(wishes: RoomWishes): RoomView {
  const entries = signal<readonly Entry[]>(wishes.entries ?? []);
  const people = signal<readonly Person[]>(wishes.people ?? [mara, jonas, ines]);
  const sharing = signal({ typing: false, reading: false });
  const cover = signal(false);
  addEventListener("gallery:message", () => {
    entries.value = [...entries.value, said(jonas, "Something new.")];
  });
  return {
    roomName: wishes.roomName ?? "Harbour office",
    words: ["glide", "harvest"],
    mark: bytesFrom(3),
    self: signal(mara),
    people,
    entries,
    letGo: signal(wishes.letGo ?? false),
    connection: signal(wishes.connection ?? "connected"),
    invitation: signal({
      link: "https://sanctuary.example.org/r/Q7mUbJx0t3yVfWc2pLhN5A#9dKqTz4uXw1GfRb8Ls0YcHn6VjEoPa2M",
      password: "tango-ivory-lantern-cable-orbit-maple",
    }),
    created: wishes.created ?? false,
    remainingMs: signal((wishes.minutes ?? 43.2) * MINUTE_MS),
    safetyPhrase: signal(["ocean", "ribbon", "candle", "thirteen", "olive", "because"]),
    typing: signal(wishes.typing ?? []),
    sharing,
    setSharing: (wished) => {
      sharing.value = { ...sharing.value, ...wished };
    },
    cover,
    setCover: (on) => {
      cover.value = on;
    },
    noteTyping: () => undefined,
    noteRead: () => undefined,
    noteSight: () => undefined,
    edit: () => true,
    remove: () => true,
    react: () => true,
    find: (name) => (name === "asked" && asked.kind === "message" ? asked : undefined),
    locked: signal(false),
    lock: () => true,
    rename: () => Promise.resolve(undefined),
    clear: () => {
      entries.value = [];
    },
    send: (body) => {
      entries.value = [...entries.value, { ...said(mara, body), at: Date.now() } as Entry];
      return undefined;
    },
    resend: () => undefined,
    kick: (id) =>
      new Promise((resolve) => {
        setTimeout(() => {
          people.value = people.value.filter((person) => person.id !== id);
          resolve("removed");
        }, 800);
      }),
    leave: () => undefined,
    purge: () => undefined,
  };
}

interface SceneParts {
  readonly phase: Phase;
  readonly step?: Step;
  readonly problem?: Problem;
  readonly view?: RoomView;
}

function app({ phase, step, problem, view }: SceneParts): SanctuaryApp {
  const phases = signal<Phase>(phase);
  const end = (why: Ended) => (): void => {
    phases.value = { at: "ended", why };
  };
  return {
    phase: phases,
    step: signal(step),
    problem: signal(problem),
    room: signal(view && { ...view, leave: end("left"), purge: end("purged") }),
    door: signal(
      phase.at === "door" && phase.roomName !== undefined
        ? { words: ["glide", "harvest"], mark: bytesFrom(3), remainingMs: 43.2 * MINUTE_MS }
        : undefined,
    ),
    maxLifetimeMinutes: signal(60),
    create: () => Promise.resolve(),
    openLink: () => undefined,
    join: () => Promise.resolve(),
    cancel: () => undefined,
    prepare: () => undefined,
    startOver: () => {
      phases.value = { at: "start" };
    },
  };
}

const start: Phase = { at: "start" };
const door: Phase = { at: "door", roomName: "Harbour office" };
const inRoom = (wishes: RoomWishes): (() => SanctuaryApp) => {
  return () => app({ phase: { at: "room" }, view: room(wishes) });
};
const ended = (why: Ended): (() => SanctuaryApp) => {
  return () => app({ phase: { at: "ended", why } });
};
const atStart = (parts: Omit<SceneParts, "phase"> = {}) => {
  return () => app({ phase: start, ...parts });
};
const atDoor = (parts: Omit<SceneParts, "phase"> = {}) => {
  return () => app({ phase: door, ...parts });
};

export const scenes: Readonly<Record<string, () => SanctuaryApp>> = {
  start: atStart(),
  "start-problem": atStart({ problem: { name: "room-name-missing" } }),
  "start-no-connection": atStart({ problem: { name: "no-connection" } }),
  "start-link-malformed": atStart({ problem: { name: "link-malformed" } }),
  "start-busy": atStart({ step: { name: "deriving-keys", done: 0.6 } }),
  "door-looking": () => app({ phase: { at: "door", roomName: undefined } }),
  "door-no-connection": () =>
    app({ phase: { at: "door", roomName: undefined }, problem: { name: "no-connection" } }),
  door: atDoor(),
  "door-wrong": atDoor({ problem: { name: "wrong-password", retryAfterMs: 4_000 } }),
  "door-busy": atDoor({ step: { name: "waiting-for-turn" } }),
  "door-long": () =>
    app({
      phase: {
        at: "door",
        roomName:
          "A room with a very long name, longer than anybody would ever need it to be, and then some more",
      },
    }),
  returning: () => app({ phase: { at: "returning" } }),
  "room-created": inRoom({ created: true, people: [mara], minutes: 59.9 }),
  "room-alone": inRoom({ people: [mara] }),
  "room-joined": inRoom({ people: [mara, jonas] }),
  "room-talk": inRoom({ entries: talk }),
  "room-events": inRoom({
    entries: events,
    people: [mara, jonas, jonas2, noor, ines, longName],
    minutes: 8.4,
    connection: "reconnecting",
    roomName: "A room with a very long name, longer than anybody needs",
  }),
  "room-lively": inRoom({
    entries: lively,
    people: [mara, jonas, ines, noor],
    typing: [ines],
  }),
  "room-deliveries": inRoom({ entries: deliveries }),
  "room-deliveries-waiting": inRoom({ entries: deliveries, connection: "reconnecting" }),
  "room-many": inRoom({ entries: many, people: [mara, ...crowd], minutes: 0.7 }),
  "ended-left": ended("left"),
  "ended-purged": ended("purged"),
  "ended-expired": ended("expired"),
  "ended-gone": ended("gone"),
  "ended-replaced": ended("replaced"),
  "ended-evicted": ended("evicted"),
  "ended-locked-out": ended("locked-out"),
  "ended-relay-stopped": ended("relay-stopped"),
  "ended-tampered": ended("tampered"),
};
