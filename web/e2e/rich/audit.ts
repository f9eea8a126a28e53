/**
 * Looks at a shown message for anything that must not be there, by lists of its own: written from the HTML standard, not
 * from the rendering layer.
 */

/** Elements that load, run, submit, overlay, or hold another language. */
const FORBIDDEN = new Set(
  (
    "script style link meta base title head template slot noscript iframe frame frameset object embed applet param " +
    "portal fencedframe img image picture source video audio track canvas map area svg math form input textarea " +
    "select option optgroup fieldset legend label output progress meter datalist keygen dialog marquee bgsound " +
    "noembed noframes xmp plaintext listing isindex body html nav main header footer"
  ).split(" "),
);

/** Attributes that may be there: what an author may say, and what is ours. */
const ATTRIBUTES = new Set(
  (
    "dir lang title datetime open value start reversed type span colspan rowspan scope " +
    "class style href rel target referrerpolicy draggable tabindex role aria-label " +
    "data-ink data-press data-address data-lang data-colour data-done data-you"
  ).split(" "),
);

const CLASSES =
  /^(?:rich-link|rich-host|rich-doubt|rich-load|rich-load-title|rich-load-host|rich-load-why|rich-code|rich-code-head|rich-code-language|rich-copy|rich-table|rich-task|rich-task-item|code-(?:comment|keyword|string|number|name|inserted|deleted)|mention)$/;
const STYLES =
  /^(?:--ink-in-(?:light|dark)|background-color|text-align(?:-last)?|font-(?:weight|style|size|family)|font-variant(?:-[a-z-]+)?|text-decoration(?:-(?:line|style|color|thickness))?|text-transform|list-style-type|vertical-align|white-space(?:-collapse)?|text-wrap-mode|caption-side|border(?:-[a-z-]+)?|padding(?:-(?:top|right|bottom|left|inline-start))?|width)$/;
const VALUES = /url\(|var\(|expression|attr\(|image|@|\\|-\d/i;

/** Everything in `shown` that should not be. */
export function audit(shown: HTMLElement): string[] {
  const faults: string[] = [];
  const walk = document.createTreeWalker(shown, NodeFilter.SHOW_ALL);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.nodeType === Node.TEXT_NODE) continue;
    if (!(node instanceof HTMLElement)) {
      faults.push(`${node.nodeName} is no HTML element`);
      continue;
    }
    faults.push(...auditElement(node));
  }
  return faults;
}

function auditElement(element: HTMLElement): string[] {
  const faults: string[] = [];
  const name = String(element.localName);
  // Such an element may have taken the names of the properties that are asked for below.
  if (FORBIDDEN.has(name) || name.includes("-")) return [`<${name}>`];
  if (name === "button" && !/^(?:copy-address|copy-code)$/.test(element.dataset.press ?? ""))
    faults.push("a button that is not ours");
  if (element.shadowRoot !== null) faults.push("a shadow root");
  for (const attribute of element.attributes) {
    if (!ATTRIBUTES.has(attribute.name)) faults.push(`${name} ${attribute.name}`);
  }
  for (const one of element.classList) if (!CLASSES.test(one)) faults.push(`class ${one}`);
  for (const property of element.style) {
    const value = element.style.getPropertyValue(property);
    if (!STYLES.test(property) || VALUES.test(value)) faults.push(`${property}: ${value}`);
  }
  if (element instanceof HTMLAnchorElement) {
    if (element.hasAttribute("href") && !/^(?:https?|mailto):$/.test(element.protocol))
      faults.push(`a link to ${element.protocol}`);
    if (element.hasAttribute("href") && !/noopener noreferrer/.test(element.rel))
      faults.push("a link that tells where it was pressed");
  }
  return faults;
}

/** Whether anything of the message is painted, or can be hit, outside of its box. */
export function escapes(shown: HTMLElement): string[] {
  const frame = shown.getBoundingClientRect();
  if (frame.width > document.documentElement.clientWidth) return ["wider than the page"];
  const style = getComputedStyle(shown);
  if (!style.contain.includes("content") && !style.contain.includes("paint"))
    return ["not contained"];
  for (const [x, y] of [
    [frame.left - 3, frame.top + 3],
    [frame.right + 3, frame.top + 3],
    [frame.left + 3, frame.bottom + 3],
    [frame.left + 3, frame.top - 3],
  ] as const) {
    const hit = document.elementFromPoint(x, y);
    if (hit !== null && shown !== hit && shown.contains(hit))
      return [`${hit.localName} covers what is outside`];
    if (hit === shown) return ["the box is larger than itself"];
  }
  return [];
}

/** The parts of a message that are ours: what somebody reads or presses there is to be believed. */
const OURS = ".rich-host, .rich-doubt, .rich-load, .rich-code-head";
/** Points along a part, each way. */
const POINTS = 7;

/** What lies over a part of ours, or behind it so that it cannot be read. */
export function covered(shown: HTMLElement): string[] {
  return [...shown.querySelectorAll<HTMLElement>(OURS)].flatMap((part) => {
    const name = part.className;
    const faults = behind(part).map((fault) => `${name} ${fault}`);
    for (const frame of part.getClientRects()) {
      if (frame.height < 12) faults.push(`${name} is too low to be read`);
      for (let i = 0; i < POINTS ** 2; i += 1) {
        const x = frame.left + (frame.width * ((i % POINTS) + 0.5)) / POINTS;
        const y = frame.top + (frame.height * (Math.floor(i / POINTS) + 0.5)) / POINTS;
        const hit = document.elementFromPoint(x, y);
        // What has been scrolled away, or lies outside of the window, is not under the pointer.
        if (hit === null || !shown.contains(hit) || isClipped(part, x, y)) continue;
        if (!part.contains(hit)) return [...faults, `${hit.localName} covers ${name}`];
      }
    }
    return faults;
  });
}

function behind(part: HTMLElement): string[] {
  const { backgroundColor, color, textTransform, direction } = getComputedStyle(part);
  const faults: string[] = [];
  if (!/^rgb\(/.test(backgroundColor)) faults.push("shows what is behind it");
  if (color === backgroundColor) faults.push("cannot be read");
  if (textTransform !== "none" || direction !== "ltr") faults.push("is written otherwise");
  return faults;
}

/** Whether a box around the part that scrolls or cuts does not show this place of it. */
function isClipped(part: HTMLElement, x: number, y: number): boolean {
  for (let box = part.parentElement; box !== null; box = box.parentElement) {
    if (getComputedStyle(box).overflowX === "visible") continue;
    const frame = box.getBoundingClientRect();
    if (x < frame.left || x > frame.right || y < frame.top || y > frame.bottom) return true;
  }
  return false;
}
