/** People in a sentence. Pure. */
import type { Person, Whispered } from "../../session/types";

/** "Jonas", "Jonas and Inés", "Jonas, Inés and Noor"; oneself is "you". */
export function peopleWords(people: readonly Person[]): string {
  return list(people.map(nameOf));
}

/** Those whom a whisper is for, and that there were others among them who have left. */
export function recipientWords({ to, left }: Pick<Whispered, "to" | "left">): string {
  const gone = left === 1 ? "somebody who has left" : `${left} others who have left`;
  return list([...to.map(nameOf), ...(left > 0 ? [gone] : [])]);
}

const nameOf = ({ alias, self }: Person): string => (self ? "you" : alias);

function list(all: readonly string[]): string {
  const names = [...all];
  const last = names.pop();
  if (last === undefined) return "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}
