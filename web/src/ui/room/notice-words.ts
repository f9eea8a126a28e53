/** What notices in the conversation say. Pure: aliases are passed on apart, so that the page can isolate and mark them. */
import type { Entry, Person } from "../../session/types";
import type { Notice } from "./blocks";

/** A sentence in parts: plain words, and people. */
export type NoticePart = string | Person;

/** Notices that ask for attention. */
export const WEIGHTY: ReadonlySet<Entry["kind"]> = new Set([
  "wrong-password",
  "rekeyed",
  "alias-taken",
  "gap",
  "lingering",
  "damaged",
]);

const AND = " and ";

function listed(people: readonly Person[]): NoticePart[] {
  return people.flatMap((person, i): NoticePart[] => {
    if (i === 0) return [person];
    return [i === people.length - 1 ? AND : ", ", person];
  });
}

/** Everybody once, in order. */
function whoOf(notices: readonly Notice[]): Person[] {
  const seen = new Map<string, Person>();
  for (const notice of notices) if ("who" in notice) seen.set(notice.who.id, notice.who);
  return [...seen.values()];
}

/** The sentence for notices of one kind in a row. */
export function noticeWords(notices: readonly Notice[], self: Person): readonly NoticePart[] {
  const last = notices.at(-1);
  if (last === undefined) return [];
  switch (last.kind) {
    case "joined":
      return [...listed(whoOf(notices)), " joined"];
    case "left":
      return [...listed(whoOf(notices)), " left"];
    case "returned":
      return [...listed(whoOf(notices)), " came back"];
    case "removed":
      return last.by.self ? ["You removed ", last.who] : [last.by, " removed ", last.who];
    case "lingering":
      return [
        last.who,
        " still has the keys of this room, although the server says they left. Until they are removed, they may be able to read.",
      ];
    case "wrong-password":
      return last.count > 1
        ? [`Someone tried a wrong password (${last.count} times so far). They did not get in.`]
        : ["Someone tried a wrong password. They did not get in."];
    case "gap":
      return ["You were away for a while. What was written in the meantime is missing here."];
    case "rekeyed":
      return [
        ...(last.by.self ? ["You changed"] : [last.by, " changed"]),
        " the link and the password. The old ones no longer work.",
      ];
    case "alias-taken":
      return [
        // In words alone: a mark here would be taken for that of the other one.
        `Somebody here already goes by “${last.alias}”. You are told apart by your marks, and by two words: you are “${self.words.join(" ")}”.`,
      ];
    case "renamed":
      return last.who.self
        ? ["You are ", last.who, " now."]
        : [`“${last.before}” is `, last.who, " now."];
    case "lock":
      return [
        ...(last.by === undefined ? ["Somebody"] : last.by.self ? ["You"] : [last.by]),
        last.locked
          ? " locked the room: nobody new can come in."
          : " opened the room to newcomers.",
      ];
    case "cover":
      if (last.by === undefined) return ["Cover traffic is on: everyone sends at a constant rate."];
      return [
        ...(last.by.self ? ["You turned"] : [last.by, " turned"]),
        last.on
          ? " cover traffic on: everyone sends at a constant rate now."
          : " cover traffic off.",
      ];
    case "damaged":
      return ["Something came in damaged or forged, and was not opened."];
    case "unreadable":
      return [
        last.from,
        " sent something that this version cannot show. Reload to get the current one.",
      ];
  }
}
