/**
 * Gives a confined message what is ours: the look that its author may choose, the hosts of links, and the parts one can
 * press. What a press does is the page's to decide, by the `data-press` of the part.
 *
 * Invariants: styles are set through CSSOM from judged declarations only; every colour of text can be read on what is
 * behind it, in both themes; what stands in a line stays within it; classes and data of this file are the only ones in a
 * message.
 */
import { type Address, addressOf, claimsAnotherHost } from "./address";
import { BLOCKS } from "./allowed";
import { type Colour, GROUND, inkOn, parseColour, readable, writeColour } from "./colour";
import { type Declaration, declarations } from "./style";

/** What text stands on. */
interface Ground {
  readonly light: Colour;
  readonly dark: Colour;
}

export function dress(fragment: DocumentFragment): void {
  // Never seen, and no part of what a link says or of what is copied.
  for (const unseen of fragment.querySelectorAll("rp")) unseen.remove();
  for (const folded of fragment.querySelectorAll(":is(a, pre) details"))
    folded.replaceWith(...folded.childNodes);
  dressStyles(fragment, GROUND, undefined);
  for (const link of fragment.querySelectorAll("a")) dressLink(link);
  for (const block of fragment.querySelectorAll("pre")) dressCode(block);
  for (const table of fragment.querySelectorAll("table")) wrap(table, "rich-table");
  for (const item of fragment.querySelectorAll("li")) dressTask(item);
  for (const list of fragment.querySelectorAll("ol")) makeRoom(list);
}

function dressStyles(parent: ParentNode, ground: Ground, ink: Colour | undefined): void {
  for (const child of parent.children) {
    const style = child.getAttribute("data-style");
    if (style === null) {
      dressStyles(child, ground, ink);
      continue;
    }
    child.removeAttribute("data-style");
    const kept = declarations(style, () => {});
    const own = colourIn(kept, "color");
    const behind = colourIn(kept, "background-color");
    const within = behind === undefined ? ground : { light: behind, dark: behind };
    const written = own ?? ink;
    apply(child as HTMLElement, kept);
    if (own !== undefined || behind !== undefined) {
      const inkFor = (on: Colour) =>
        writeColour(written === undefined ? inkOn(on) : readable(written, on));
      setInk(child as HTMLElement, inkFor(within.light), inkFor(within.dark));
    }
    dressStyles(child, within, written);
  }
}

function colourIn(kept: readonly Declaration[], property: string): Colour | undefined {
  const value = kept.find((declaration) => declaration.property === property)?.value;
  return value === undefined ? undefined : parseColour(value);
}

/** Elements with a box of their own, as browsers and rich.css have it; the others stand in a line. */
const BOXES: ReadonlySet<string> = new Set([
  ...BLOCKS,
  ..."caption dd dt kbd li summary td th".split(" "),
]);
/** Of these, a line has no room for more than `MAX_IN_LINE`: the rest would lie on the lines beside it. */
const ACROSS = ["padding-top", "padding-bottom", "border-top-width", "border-bottom-width"];
/** In rem, as all lengths of `style.ts`. */
const MAX_IN_LINE = 0.125;

function apply(element: HTMLElement, kept: readonly Declaration[]): void {
  const { style } = element;
  for (const { property, value } of kept) {
    // What is copied of code, and what a link says, is what is seen.
    const isOurs = property === "white-space" && element.closest("a, pre") !== null;
    if (property !== "color" && !isOurs) style.setProperty(property, value);
  }
  if (BOXES.has(element.localName)) return;
  for (const property of ACROSS) {
    if (Number.parseFloat(style.getPropertyValue(property)) > MAX_IN_LINE)
      style.setProperty(property, `${MAX_IN_LINE}rem`);
  }
}

/** One colour for each theme; rich.css takes the one that counts. */
function setInk(element: HTMLElement, light: string, dark: string): void {
  element.style.setProperty("--ink-in-light", light);
  element.style.setProperty("--ink-in-dark", dark);
  element.dataset.ink = "";
}

/** What is wrong with an address, in a few words; undefined if nothing is. */
function doubt(address: Address, text: string): string | undefined {
  if (address.disguised) return "unusual characters in this name";
  if (claimsAnotherHost(text, address)) return "not the address it shows";
  if (address.decoy) return "the name stands at the end";
  return undefined;
}

function dressLink(link: HTMLAnchorElement): void {
  const address = addressOf(link.getAttribute("href") ?? "");
  if (address === undefined) return;
  const word = link.getAttribute("data-load");
  if (word !== null) {
    link.replaceWith(loader(link, address, word));
    return;
  }
  const text = link.textContent ?? "";
  const warning = doubt(address, text);
  link.className = "rich-link";
  link.dataset.press = "link";
  link.setAttribute("rel", "noopener noreferrer nofollow");
  link.setAttribute("referrerpolicy", "no-referrer");
  link.setAttribute("target", "_blank");
  link.setAttribute("draggable", "false");
  const shown = text.trim().replace(/^(?:https?:\/\/|mailto:)/i, "");
  // Text in pieces may be shown in other ways than it reads.
  const namesHost =
    link.firstChild?.nodeType === Node.TEXT_NODE &&
    link.childNodes.length === 1 &&
    `${shown}/`.startsWith(`${address.host}/`);
  // At the beginning, which is seen wherever the rest ends.
  if (warning !== undefined) link.prepend(part("span", OWN.doubt, warning));
  if (!namesHost) link.prepend(part("span", OWN.host, address.host));
}

/** What we put into a link. */
const OWN = { host: "rich-host", doubt: "rich-doubt" } as const;

/** What is seen of a block of code, without what is ours. */
export function codeText(block: HTMLElement): string {
  const own = [...block.querySelectorAll<HTMLElement>(".rich-host, .rich-doubt, .rich-load")];
  const show = (display: string): void => {
    for (const { style } of own) style.display = display;
  };
  show("none");
  // biome-ignore lint/performance/useDomNodeTextContent: what is seen, not what is there
  const text = block.innerText;
  show("");
  return text;
}

/** What the author wrote as a dressed link, all of it, whatever is formatted in there. */
export function linkText(link: Pick<Node, "childNodes">): string {
  const isOwn = (node: Node): boolean =>
    Object.values<unknown>(OWN).includes((node as Partial<Element>).className);
  return [...link.childNodes].map((node) => (isOwn(node) ? "" : node.textContent)).join("");
}

/** The line in place of something that would have to be loaded. */
function loader(link: HTMLAnchorElement, address: Address, word: string): HTMLElement {
  const button = part("button", "rich-load");
  button.setAttribute("type", "button");
  button.dataset.press = "copy-address";
  button.dataset.address = address.href;
  const about = (link.textContent ?? "").trim();
  const title = part("span", "rich-load-title", `${word[0]?.toUpperCase()}${word.slice(1)} at `);
  title.append(part("bdi", "rich-load-host", address.host));
  if (about !== "") title.append(": ", part("bdi", "", about));
  const why = `Not loaded: it would show ${address.host} your address. Press to copy the link.`;
  button.append(title, part("span", "rich-load-why", why));
  return button;
}

function dressCode(block: HTMLPreElement): void {
  const language = block.getAttribute("data-lang");
  const code = block.querySelector("code");
  block.setAttribute("tabindex", "0");
  const frame = wrap(block, "rich-code");
  const head = part("div", "rich-code-head");
  head.append(part("span", "rich-code-language", language ?? ""));
  const copy = part("button", "rich-copy", "Copy");
  copy.setAttribute("type", "button");
  copy.dataset.press = "copy-code";
  head.append(copy);
  frame.prepend(head);
  if (language !== null && code !== null) code.dataset.colour = language;
}

/** Room for the numbers of a list: what reaches out of the message is cut off. */
function makeRoom(list: HTMLOListElement): void {
  const count = list.children.length;
  const values = [...list.querySelectorAll<HTMLLIElement>(":scope > li")].map(
    ({ value }) => value + count,
  );
  const ends = [list.start, list.start + (list.reversed ? -count : count), ...values];
  const digits = Math.max(...ends.map((end) => String(end).length));
  // XXXVIII, DCCCLXXXVIII: up to four letters for one digit.
  const letters = digits * (/roman/.test(list.style.listStyleType) ? 4 : 1);
  if (letters > 2) list.style.paddingInlineStart = `${0.6 * letters + 1}em`;
}

/** "[ ] " and "[x] " at the beginning of an item make it a task. */
function dressTask(item: HTMLLIElement): void {
  const first = item.firstChild;
  const text = first?.nodeName === "P" ? first.firstChild : first;
  if (text === null || text.nodeType !== Node.TEXT_NODE) return;
  const match = /^\s*\[([ xX])\]\s/.exec((text as Text).data);
  if (match === null) return;
  (text as Text).data = (text as Text).data.slice(match[0].length);
  const done = match[1] !== " ";
  const box = part("span", "rich-task");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", done ? "done" : "to do");
  if (done) box.dataset.done = "";
  text.parentNode?.insertBefore(box, text);
  item.className = "rich-task-item";
}

function wrap(element: HTMLElement, name: string): HTMLElement {
  const frame = part("div", name);
  element.replaceWith(frame);
  frame.append(element);
  return frame;
}

/** An element of ours; made in the page, which is safe: it holds text only. */
function part<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  name: string,
  text = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (name !== "") made.className = name;
  made.textContent = text;
  return made;
}
