/** Finds a text in the messages on the screen, wherever formatting has cut it into pieces. */

/** More are not counted. */
export const MAX_FOUND = 999;

/** Where the lower-case `wanted` stands in `text`. Some letters have another length in lower case: those are left as they are. */
export function placesIn(text: string, wanted: string): number[] {
  const lower = text.toLowerCase();
  const haystack = lower.length === text.length ? lower : text;
  const places: number[] = [];
  let at = wanted === "" ? -1 : haystack.indexOf(wanted);
  while (at !== -1 && places.length < MAX_FOUND) {
    places.push(at);
    at = haystack.indexOf(wanted, at + wanted.length);
  }
  return places;
}

/** The ranges in which `wanted` stands, in the order of the page; case does not matter. */
export function findText(boxes: Iterable<Element>, wanted: string): Range[] {
  const found: Range[] = [];
  for (const box of boxes) {
    if (found.length >= MAX_FOUND) break;
    const places = placesIn(box.textContent ?? "", wanted.toLowerCase());
    if (places.length > 0) found.push(...rangesIn(box, places, wanted.length));
  }
  return found.slice(0, MAX_FOUND);
}

/** Places in the text of `box`, in rising order, as ranges of its text nodes. */
function rangesIn(box: Element, places: readonly number[], length: number): Range[] {
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let node = walker.nextNode() as Text | null;
  let before = 0;
  const boundary = (offset: number, isEnd: boolean): readonly [Text, number] | undefined => {
    while (node && (isEnd ? offset > before + node.length : offset >= before + node.length)) {
      before += node.length;
      node = walker.nextNode() as Text | null;
    }
    return node ? [node, offset - before] : undefined;
  };
  const ranges: Range[] = [];
  for (const place of places) {
    const start = boundary(place, false);
    const end = start && boundary(place + length, true);
    if (!start || !end) break;
    const range = document.createRange();
    range.setStart(...start);
    range.setEnd(...end);
    ranges.push(range);
  }
  return ranges;
}
