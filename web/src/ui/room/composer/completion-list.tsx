/** The list of what can be completed, over the composer. The focus stays in the field, which names the active option. */
import { useEffect, useRef } from "preact/hooks";
import { Mark } from "../../mark/mark";
import type { Offer, Offers } from "./completion";
import "./completion-list.css";

interface CompletionListProps {
  readonly id: string;
  readonly offers: Offers;
  readonly active: number;
  readonly onTake: (offer: Offer) => void;
}

/** The id of the option at a place, for `aria-activedescendant`. */
export const optionId = (id: string, at: number): string => `${id}-${at}`;

/** Said when they come: the field itself cannot tell that a list is open. */
export function offersWords({ what, list }: Offers): string {
  const many = what === "commands" ? "commands" : "people";
  const one = what === "commands" ? "command" : "person";
  return `${list.length} ${list.length === 1 ? one : many} to choose: arrows, then Tab`;
}

export function CompletionList({ id, offers, active, onTake }: CompletionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div
      class="offers"
      role="listbox"
      tabIndex={-1}
      id={id}
      ref={list}
      aria-label={offers.what === "commands" ? "Commands" : "People"}
    >
      {offers.list.map((offer, i) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
        <div
          class="offer"
          role="option"
          tabIndex={-1}
          id={optionId(id, i)}
          key={offer.key}
          aria-selected={i === active}
          // The field must not lose the focus, and the phone not its keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onTake(offer)}
        >
          {offer.person && <Mark bytes={offer.person.mark} size="small" />}
          <span>
            <bdi class="offer-label">{offer.label}</bdi>
            {offer.form && <span class="offer-form"> {offer.form}</span>}
          </span>
          <span class="offer-detail">{offer.detail}</span>
        </div>
      ))}
    </div>
  );
}
