/** Media queries as signals, and the widths at which the layout changes. */
import { type ReadonlySignal, signal } from "@preact/signals";

/** A signal that follows a media query for the life of the page. */
function media(query: string): ReadonlySignal<boolean> {
  const list = matchMedia(query);
  const matches = signal(list.matches);
  list.addEventListener("change", () => {
    matches.value = list.matches;
  });
  return matches;
}

/** Room for a column of people: 900 px. */
export const wide = media("(min-width: 56.25rem)");
/** Room for the invitation beside it: 1280 px. */
export const broad = media("(min-width: 80rem)");
/** More than a phone held upright: 600 px. */
export const roomy = media("(min-width: 37.5rem)");
/** A mouse or trackpad: focusing a field brings up no keyboard that covers half of the page. */
export const finePointer = media("(pointer: fine)");
