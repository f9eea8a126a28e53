/** People in a sentence. Pure. */
import type { Person } from "../../session/types";

/** "Jonas", "Jonas and Inés", "Jonas, Inés and Noor"; oneself is "you". */
export function peopleWords(people: readonly Person[]): string {
  const names = people.map(({ alias, self }) => (self ? "you" : alias));
  const last = names.pop();
  if (last === undefined) return "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}
