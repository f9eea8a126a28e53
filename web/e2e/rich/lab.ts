/**
 * What runs inside the page of the tests: the rendering layer as it is shipped, a stage to put its results on, and an
 * auditor that knows nothing of the layer's own lists.
 */
import "../../src/ui/styles/tokens.css";
import "../../src/ui/styles/base.css";
import "../../src/ui/rich/rich.css";
import { addressOf, claimsAnotherHost, codeText, linkText, render, sanitize } from "../../src/rich";
import { htmlOf } from "../../src/rich/markdown";
import { purify } from "../../src/rich/purify";
import { audit, covered, escapes } from "./audit";
import { mutants } from "./mutants";

/** What came of showing one text. */
export interface Trial {
  readonly text: string;
  /** Formatted, or shown as typed. */
  readonly formatted: boolean;
  /** As typed, because formatting it would have been too much. */
  readonly refused: boolean;
  readonly faults: readonly string[];
  readonly ms: number;
}

const EVENTS = [
  ..."click dblclick mousedown mouseup mouseover mouseout mousemove mouseenter mouseleave".split(
    " ",
  ),
  ..."pointerdown pointerup pointerover pointerenter keydown keyup keypress focus blur focusin".split(
    " ",
  ),
  ..."input change submit reset toggle load error scroll wheel copy cut paste drag dragstart".split(
    " ",
  ),
  ..."contextmenu touchstart touchend animationstart animationend transitionend beforeinput".split(
    " ",
  ),
];

const serialize = (nodes: DocumentFragment): string => {
  const holder = document.createElement("div");
  holder.append(nodes.cloneNode(true));
  return holder.innerHTML;
};

function box(): HTMLElement {
  const made = document.createElement("div");
  made.className = "rich";
  document.getElementById("stage")?.append(made);
  return made;
}

/** Does to everything on stage what a reader could do to it. */
function disturb(shown: HTMLElement, events: readonly string[] = EVENTS): void {
  for (const element of [shown, ...shown.querySelectorAll<HTMLElement>("*")]) {
    for (const name of events)
      element.dispatchEvent(new Event(name, { bubbles: false, cancelable: true }));
  }
}

/** Sanitizes what the sanitizer gave: that must change nothing. */
function notStable(html: string): string[] {
  let once: string;
  try {
    once = serialize(sanitize(html));
  } catch {
    return [];
  }
  const twice = serialize(sanitize(once));
  return twice === once ? [] : [`sanitizing twice differs: ${once} | ${twice}`];
}

function tryOne(text: string, thorough: boolean): Trial {
  const begun = performance.now();
  const { nodes, exceeded } = render(text);
  const refused = exceeded !== undefined;
  const ms = performance.now() - begun;
  if (nodes === undefined) return { text, formatted: false, refused, faults: [], ms };
  const shown = box();
  shown.append(nodes);
  const faults = [...audit(shown), ...notStable(text)];
  if (thorough) faults.push(...notStable(htmlOf(text)), ...escapes(shown), ...covered(shown));
  disturb(shown, thorough ? EVENTS : ["click", "mouseover", "focus"]);
  shown.remove();
  return { text, formatted: true, refused, faults, ms };
}

const lab = {
  /** Shows each text as a receiver would; the trials that went wrong, and how long the slowest took. */
  show(texts: readonly string[]) {
    const trials = texts.map((text) => tryOne(text, true));
    return {
      bad: trials.filter(({ faults }) => faults.length > 0),
      formatted: trials.filter(({ formatted }) => formatted).length,
      slowest: trials.reduce((a, b) => (a.ms > b.ms ? a : b)),
    };
  },

  /** DOMPurify alone, without what stands before and after it. */
  purifyAlone(texts: readonly string[]): void {
    for (const text of texts) {
      const shown = box();
      shown.append(purify(text));
      disturb(shown);
      shown.remove();
    }
  },

  /** The control: what happens without any of it. Works only in a page without a policy. */
  raw(texts: readonly string[]): void {
    for (const text of texts) {
      try {
        const shown = box();
        shown.innerHTML = text;
        disturb(shown);
      } catch {
        // A text that breaks the page's own functions has had its effect.
      }
    }
  },

  /** The control: the faults found when something is laid over the first part of ours, and its ground taken away. */
  cover(text: string): string[] {
    const { nodes } = render(text);
    const shown = box();
    shown.append(nodes ?? "");
    const part = shown.querySelector<HTMLElement>(".rich-host");
    if (part === null) throw new Error("there is nothing to cover");
    part.style.background = "none";
    const lid = document.createElement("b");
    Object.assign(lid.style, { position: "absolute", inset: "0", zIndex: "9" });
    shown.append(lid);
    return covered(shown);
  },

  /** Random documents from a seed: the faults found in them. */
  fuzz(seed: number, count: number) {
    const faults: string[] = [];
    let formatted = 0;
    let refused = 0;
    for (const text of mutants(seed, count)) {
      const trial = tryOne(text, false);
      if (trial.formatted) formatted += 1;
      if (trial.refused) refused += 1;
      if (trial.faults.length > 0 && faults.length < 5)
        faults.push(JSON.stringify({ text: trial.text, faults: trial.faults.slice(0, 3) }));
    }
    return { faults, formatted, refused };
  },

  /** The control: in how many random documents the auditor finds something when nobody sanitizes them. */
  fuzzRaw(seed: number, count: number): number {
    const parser = new DOMParser();
    let found = 0;
    for (const text of mutants(seed, count)) {
      // Inert: what is audited here must not run.
      if (audit(parser.parseFromString(htmlOf(text), "text/html").body).length > 0) found += 1;
    }
    return found;
  },

  /** The finished message as HTML, for tests of what is kept. */
  html(text: string): string {
    const { nodes } = render(text);
    return nodes === undefined ? "(as typed)" : serialize(nodes);
  },

  losses(text: string) {
    const { losses } = render(text);
    return losses.map(({ kind, what }) => `${kind} ${what}`);
  },

  /** Puts a message on stage and leaves it there. */
  stage(text: string): void {
    const { nodes } = render(text);
    const shown = box();
    if (nodes === undefined) shown.textContent = text;
    else shown.append(nodes);
  },

  /** The first link of a message: what the question before it is opened calls its claim, and what is ours in it. */
  link(text: string) {
    const shown = box();
    shown.append(render(text).nodes ?? "");
    const link = shown.querySelector("a") as HTMLAnchorElement;
    const address = addressOf(link.href);
    const words = linkText(link);
    const claim = address && claimsAnotherHost(words, address) ? words : undefined;
    const parts = [...link.children]
      .filter((part) => /^rich-(?:host|doubt)$/.test(part.className))
      .map((part) => part.textContent);
    return { claim, parts, high: link.getBoundingClientRect().height };
  },

  /** The room that the first list has for its numbers, what the longest of them takes, and their kind. */
  numbers(text: string) {
    const shown = box();
    shown.append(render(text).nodes ?? "");
    const list = shown.querySelector("ol") as HTMLOListElement;
    const room = Number.parseFloat(getComputedStyle(list).paddingInlineStart);
    const kind = getComputedStyle(list.firstElementChild as Element).listStyleType;
    // As wide as it is where it stands in the line.
    const inline = document.createElement("span");
    list.style.listStylePosition = "inside";
    const needed = [...list.children].map((item) => {
      inline.replaceChildren(...item.childNodes);
      item.append(inline);
      return inline.getBoundingClientRect().left - item.getBoundingClientRect().left;
    });
    return { room, needed: Math.max(...needed), kind };
  },

  /** What is copied of the first block of code of a message. */
  copied(text: string): string {
    const shown = box();
    shown.append(render(text).nodes ?? "");
    return codeText(shown.querySelector("pre") as HTMLElement);
  },

  /** Loads something that may be loaded: by then all that came before it has been asked for. */
  settle(): Promise<void> {
    return new Promise((resolve) => {
      const image = new Image();
      image.onerror = image.onload = () => requestAnimationFrame(() => setTimeout(resolve));
      image.src = `/settled-${Math.random()}`;
    });
  },
};

export type Lab = typeof lab;
Object.assign(window, { lab });
