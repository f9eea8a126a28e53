/**
 * Everything of HTML that a message may hold: elements and attributes that format or structure text. What is not named here
 * does not exist in a message.
 *
 * Invariants: no element here loads, runs, submits or overlays anything; no attribute holds an address but `href` of a
 * link, which `address.ts` checks; none names an element to others (no id, name, class, slot, part).
 */

/** Elements without an end tag. */
export const VOID: ReadonlySet<string> = new Set(["br", "hr", "wbr", "col"]);

/** Elements of a message, as they are written into it. */
export const ELEMENTS: readonly string[] = [
  ..."a abbr b bdi bdo big blockquote br caption cite code col colgroup data dd del details dfn".split(
    " ",
  ),
  ..."div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt".split(
    " ",
  ),
  ..."ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead time".split(
    " ",
  ),
  ..."tr tt u ul var wbr".split(" "),
];

/** Elements that end a paragraph. */
export const BLOCKS: ReadonlySet<string> = new Set(
  "blockquote details div dl figcaption figure h1 h2 h3 h4 h5 h6 hr ol p pre table ul".split(" "),
);

/** Elements that mean no more than another: landmarks of a page, and what is written otherwise today. */
export const RENAMED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    "address article aside center footer header hgroup main nav search section"
      .split(" ")
      .map((name) => [name, "div"]),
  ),
  acronym: "abbr",
  dir: "ul",
  font: "span",
  listing: "pre",
  menu: "ul",
  nobr: "span",
};

/** Elements whose content is no text of the message, and goes with them. */
export const WITH_CONTENT: ReadonlySet<string> = new Set(
  "script style template noscript noembed noframes iframe object svg math title head xmp plaintext".split(
    " ",
  ),
);

/** Elements that show something from elsewhere: they become a line that names the host. */
export const MEDIA: Readonly<Record<string, { readonly word: string; readonly from: string }>> = {
  img: { word: "image", from: "src" },
  image: { word: "image", from: "src" },
  video: { word: "video", from: "src" },
  audio: { word: "audio", from: "src" },
  source: { word: "media", from: "src" },
  iframe: { word: "page", from: "src" },
  embed: { word: "document", from: "src" },
  object: { word: "document", from: "data" },
};

/** The words above, as `data-load` may hold them. */
export const MEDIA_WORDS: ReadonlySet<string> = new Set(
  Object.values(MEDIA).map(({ word }) => word),
);

/** On every element. `data-style` stands for `style` until the message is dressed. */
const EVERYWHERE = ["dir", "lang", "title", "data-style"] as const;

const BY_ELEMENT: Readonly<Record<string, readonly string[]>> = {
  a: ["href", "data-load"],
  col: ["span"],
  colgroup: ["span"],
  data: ["value"],
  del: ["datetime"],
  details: ["open"],
  ins: ["datetime"],
  li: ["value"],
  ol: ["start", "reversed"],
  pre: ["data-lang"],
  td: ["colspan", "rowspan"],
  th: ["colspan", "rowspan", "scope"],
  time: ["datetime"],
};

/** All attribute names there are. */
export const ATTRIBUTES: readonly string[] = [
  ...new Set([...EVERYWHERE, ...Object.values(BY_ELEMENT).flat()]),
];

const elements: ReadonlySet<string> = new Set(ELEMENTS);

export function isElement(name: string): boolean {
  return elements.has(name);
}

/** Whether `attribute` may stand on `element`. */
export function mayStand(attribute: string, element: string): boolean {
  return (
    (EVERYWHERE as readonly string[]).includes(attribute) ||
    (Object.hasOwn(BY_ELEMENT, element) && (BY_ELEMENT[element]?.includes(attribute) ?? false))
  );
}
