/** Who is typing, as far as they let it be known. Keeps its place when nobody is, so that nothing moves. */
import type { ReadonlySignal } from "@preact/signals";
import type { Person } from "../../../session/types";
import { peopleWords } from "../../words/people";

/** More are not named. */
const MAX_NAMED = 3;

export function TypingLine({ typing }: { readonly typing: ReadonlySignal<readonly Person[]> }) {
  const people = typing.value;
  return (
    <p class="typing" role="status">
      {people.length > 0 && people.length <= MAX_NAMED && (
        <>
          <bdi>{peopleWords(people)}</bdi> {people.length === 1 ? "is" : "are"} typing
        </>
      )}
      {people.length > MAX_NAMED && "Several people are typing"}
    </p>
  );
}
