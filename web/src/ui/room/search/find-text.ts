/** Finds a text in the messages on the screen, wherever formatting has cut it into pieces. */

/** More are not counted. */
export const MAX_FOUND = 999;

/** What the page itself says in a message: nobody wrote it, and nobody looks for it. */
const OURS = "button, .rich-code-head, .rich-load-why";

/** In lower case, as long as it was: the few letters that have another length there are left as they are. */
export function lowered(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (letter) => {
    const small = letter.toLowerCase();
    return small.length === letter.length ? small : letter;
  }).join("");
}

/** Where `wanted`, lowered, stands in `text`. */
export function placesIn(text: string, wanted: string): number[] {
  const haystack = lowered(text);
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
  const low = lowered(wanted);
  for (const box of boxes) {
    if (found.length >= MAX_FOUND) break;
    const texts = textsIn(box);
    const places = placesIn(texts.map(({ data }) => data).join(""), low);
    if (places.length > 0) found.push(...rangesIn(texts, places, low.length));
  }
  return found.slice(0, MAX_FOUND);
}

function textsIn(box: Element): Text[] {
  const walker = document.createTreeWalker(
    box,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
    (node) => {
      if (!(node instanceof Element)) return NodeFilter.FILTER_ACCEPT;
      return node.matches(OURS) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
    },
  );
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts;
}

/** Places in the text of all `texts`, in rising order, as ranges of them. */
function rangesIn(texts: readonly Text[], places: readonly number[], length: number): Range[] {
  let index = 0;
  let before = 0;
  const boundary = (offset: number, isEnd: boolean): readonly [Text, number] | undefined => {
    for (let node = texts[index]; node; node = texts[++index]) {
      const end = before + node.length;
      if (isEnd ? offset <= end : offset < end) return [node, offset - before];
      before = end;
    }
    return undefined;
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
