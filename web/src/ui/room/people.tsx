/** Who is here: marks, words, who is away, and what can be done with each: whisper, remove. */
import type { ReadonlySignal } from "@preact/signals";
import type { Person, RoomView } from "../../session/types";
import { Mark } from "../mark/mark";
import "../parts/button.css";
import "./people.css";

interface PeopleProps {
  readonly view: RoomView;
  /** As `longAway` has them. */
  readonly away: ReadonlySignal<string>;
  readonly onRemove: (id: string) => void;
  readonly onWhisper: (person: Person) => void;
  /** Stands above, unless something around it has one. */
  readonly heading?: boolean;
}

export function People({ view, away, heading = true, ...deeds }: PeopleProps) {
  const people = view.people.value;
  return (
    <section class="people">
      {heading && (
        <h2>
          People <span class="people-count numbers">{people.length}</span>
        </h2>
      )}
      <ul>
        {people.map((person) => (
          <PersonLine
            key={person.id}
            person={person}
            isAway={away.value.includes(person.id)}
            {...deeds}
          />
        ))}
      </ul>
    </section>
  );
}

interface PersonLineProps extends Pick<PeopleProps, "onRemove" | "onWhisper"> {
  readonly person: Person;
  readonly isAway: boolean;
}

function PersonLine({ person, isAway, onRemove, onWhisper }: PersonLineProps) {
  const { presence } = person;
  return (
    <li class="person" data-away={isAway || presence === "leaving"}>
      <Mark bytes={person.mark} spoken />
      <div class="person-who">
        <p class="person-name">
          <bdi class="alias">{person.alias}</bdi>
        </p>
        <p class="person-facts">
          <span class="person-words">{person.words.join(" ")}</span>
          {person.self && " · you"}
          {isAway && " · away"}
          {presence === "leaving" && " · left, being removed"}
        </p>
      </div>
      {!person.self && (
        <div class="person-deeds">
          {presence !== "leaving" && (
            <button
              type="button"
              class="button button-plain button-small"
              onClick={() => onWhisper(person)}
            >
              Whisper<span class="unseen"> to {person.alias}</span>
            </button>
          )}
          <button
            type="button"
            class="button button-plain button-small"
            onClick={() => onRemove(person.id)}
          >
            Remove<span class="unseen"> {person.alias}</span>
          </button>
        </div>
      )}
    </li>
  );
}
