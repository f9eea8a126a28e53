/**
 * Who is here already, for a place that covers the conversation and what it tells of newcomers: whoever invites several people sees,
 * and hears, each of them come.
 */
import type { RoomView } from "../../session/types";
import { peopleWords } from "../words/people";

export function Company({ view }: { readonly view: RoomView }) {
  const others = view.people.value.filter(({ self, presence }) => !self && presence !== "leaving");
  return (
    <p role="status">
      {others.length === 0 ? (
        "Nobody else is here yet."
      ) : (
        <>
          Here with you: <bdi>{peopleWords(others)}</bdi>
        </>
      )}
    </p>
  );
}
