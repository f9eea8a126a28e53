/** What people can do in a room, as the page calls it; each deed ends in its turn, among the relay's frames. */
import { signal } from "@preact/signals-core";
import { encodeMessage, MESSAGE_ID_BYTES } from "../e2ee";
import { checkAlias } from "./forms";
import type { Room } from "./room";
import { RoomOver } from "./room-over";
import type { RenameProblem, Sharing } from "./types";
import type { Deeds } from "./view";

/** What deeds need of the session. */
export interface DeedsOf extends Pick<Deeds, "kick" | "leave" | "purge"> {
  /** Not to be called before the session is made. */
  room(): Room;
  inTurn(task: () => void | Promise<void>): void;
}

/** The deeds of one session. */
export function makeDeeds({ room, inTurn, kick, leave, purge }: DeedsOf): Deeds {
  const sharing = signal<Sharing>({ typing: false, reading: false });
  const pump = () => inTurn(() => room().outbox.pump());
  /** Sends what a deed put into the outbox. */
  const sent = (done: boolean) => {
    if (done) pump();
    return done;
  };
  return {
    send: (body, options) => {
      const problem = room().speech.write(body, options);
      if (problem !== undefined) return problem;
      room().typing.wrote();
      pump();
      return undefined;
    },
    resend: (key) => {
      room().speech.writeAgain(key);
      pump();
    },
    edit: (key, body) => sent(room().speech.edit(key, body)),
    remove: (key) => sent(room().speech.remove(key)),
    react: (key, emoji) => sent(room().speech.react(key, emoji)),
    find: (name) => room().entries.named(name),
    clear: () => room().entries.clear(),
    sharing,
    setSharing: (change) => {
      sharing.value = { ...sharing.value, ...change };
      if (!sharing.value.reading) room().reading.stop();
    },
    noteTyping: () => {
      if (sharing.value.typing) room().typing.note();
    },
    noteRead: (key) => {
      if (sharing.value.reading) room().reading.note(key);
    },
    noteSight: (key) => room().burning.see(key),
    setCover: (on) => {
      const id = crypto.getRandomValues(new Uint8Array(MESSAGE_ID_BYTES));
      const { cover, outbox, people } = room();
      outbox.add(undefined, encodeMessage({ kind: "cover-switch", id, on }));
      cover.switched(people.self.value, on);
      pump();
    },
    lock: (locked) => room().send({ type: "SetLock", lock: locked ? "locked" : "open" }),
    rename: (alias) => rename(room(), alias, inTurn),
    kick,
    leave,
    purge,
  };
}

async function rename(
  { people, commits }: Room,
  wanted: string,
  inTurn: DeedsOf["inTurn"],
): Promise<RenameProblem | undefined> {
  const alias = checkAlias(wanted);
  if (typeof alias !== "string") return alias.name;
  if (alias === people.self.value.alias) return undefined;
  if (people.isTaken(alias)) return "alias-taken";
  await new Promise<void>((done, reject) => {
    commits.rename({ alias, done, failed: () => reject(new RoomOver()) });
    inTurn(() => commits.ask());
  });
  return undefined;
}
