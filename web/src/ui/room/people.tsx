/** Who is here: marks, words, who is away, and the way to remove somebody. */
import type { Person, RoomView } from "../../session/types";
import { Mark } from "../mark/mark";
import "../parts/button.css";
import "./people.css";

interface PeopleProps {
  readonly view: RoomView;
  readonly onRemove: (id: string) => void;
  /** Stands above, unless something around it has one. */
  readonly heading?: boolean;
}

export function People({ view, onRemove, heading = true }: PeopleProps) {
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
          <PersonLine key={person.id} person={person} onRemove={onRemove} />
        ))}
      </ul>
    </section>
  );
}

interface PersonLineProps {
  readonly person: Person;
  readonly onRemove: (id: string) => void;
}

function PersonLine({ person, onRemove }: PersonLineProps) {
  const { presence } = person;
  return (
    <li class="person" data-away={presence !== "here"}>
      <Mark bytes={person.mark} spoken />
      <div class="person-who">
        <p class="person-name">
          <bdi class="alias">{person.alias}</bdi>
        </p>
        <p class="person-facts">
          <span class="person-words">{person.words.join(" ")}</span>
          {person.self && " · you"}
          {presence === "away" && " · away"}
          {presence === "leaving" && " · left, being removed"}
        </p>
      </div>
      {!person.self && (
        <button
          type="button"
          class="button button-plain button-small person-remove"
          onClick={() => onRemove(person.id)}
        >
          Remove<span class="unseen"> {person.alias}</span>
        </button>
      )}
    </li>
  );
}
