/**
 * Runs in the product's own page, from before it begins: counts whatever attacks call, and looks at the messages of a real
 * conversation as `audit.ts` looks at those of the laboratory.
 */
import { audit } from "./audit";

/** What attacks call when they succeed. */
const CALLED = ["ran", "alert", "confirm", "prompt", "print"];
/** What readers and browsers do to what is shown. None of them bubbles: the page itself shall not take them for its own. */
const EVENTS = (
  "click mousedown mouseover mousemove mouseenter pointerdown pointerenter keydown focus blur input change submit " +
  "toggle load error scroll copy paste dragstart contextmenu touchstart animationstart animationend transitionend"
).split(" ");

let executions = 0;
for (const name of CALLED) {
  Object.defineProperty(window, name, {
    configurable: false,
    value: () => {
      executions += 1;
    },
  });
}

const looked = new WeakSet<Element>();

/** Whether all of the message stays in its box, and its box in the conversation. */
function escapes(shown: HTMLElement): string[] {
  const frame = shown.getBoundingClientRect();
  const around = document.querySelector(".talk-scroll")?.getBoundingClientRect();
  const faults: string[] = [];
  if (!around || frame.left < around.left || frame.right > around.right)
    faults.push("wider than the conversation");
  if (!/content|strict|paint/.test(getComputedStyle(shown).contain)) faults.push("not contained");
  return faults;
}

function lookAt(message: Element): string[] {
  const shown = message.querySelector<HTMLElement>(".rich");
  const elements = [...(shown?.querySelectorAll<HTMLElement>("*") ?? [])];
  const faults = shown === null ? [] : [...audit(shown), ...escapes(shown)];
  for (const text of message.querySelectorAll(".message-text"))
    if (getComputedStyle(text).overflowY !== "clip") faults.push("a text paints over others");
  if (message.querySelector(".message-text > :not(.mention)") !== null)
    faults.push("what is shown as it was typed has elements in it");
  for (const element of elements)
    for (const name of EVENTS) element.dispatchEvent(new Event(name, { cancelable: true }));
  return faults.map((fault) => `${fault}: ${message.textContent?.slice(0, 120)}`);
}

const witness = {
  get executions(): number {
    return executions;
  },

  /** Looks at and disturbs all messages that it has not looked at before. */
  look() {
    const fresh = [...document.querySelectorAll(".message")].filter((one) => !looked.has(one));
    const faults = fresh.flatMap(lookAt);
    for (const name of document.querySelectorAll(".run-author > .alias, .notice-text"))
      if (getComputedStyle(name).overflowY !== "clip")
        faults.push(`a name or notice paints over others: ${name.textContent}`);
    for (const message of fresh) looked.add(message);
    return {
      faults,
      count: fresh.length,
      formatted: fresh.filter((one) => one.querySelector(".rich")).length,
    };
  },

  /** Controls of the room that something lies over, or that have gone. */
  outOfReach(): string[] {
    return ["Send", "Leave", "Purge", "Room menu", "Formatting"].filter((name) => {
      const button = [...document.querySelectorAll("button")].find(
        (one) => one.textContent?.trim().endsWith(name) || one.getAttribute("aria-label") === name,
      );
      if (button === undefined) return true;
      const { left, top, width, height } = button.getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      return hit === null || !button.contains(hit);
    });
  },

  /** Says each text by the page's own composer, as fast as it takes them. */
  async say(texts: readonly string[]): Promise<void> {
    const field = document.querySelector("textarea") as HTMLTextAreaElement;
    for (const text of texts) {
      // What begins with a slash would be a command.
      field.value = text.startsWith("/") ? `/${text}` : text;
      field.dispatchEvent(new InputEvent("input", { bubbles: true }));
      field.form?.requestSubmit();
      await new Promise((resolve) => setTimeout(resolve));
      if (field.value !== "") throw new Error(`not sent: ${text.slice(0, 80)}`);
    }
  },

  /** Asks for the newest message to be formatted; how long the page had no time for anything else, in milliseconds. */
  async formatLast(): Promise<number> {
    const buttons = [...document.querySelectorAll<HTMLElement>(".message .rich-note button")];
    const begun = performance.now();
    buttons.at(-1)?.click();
    for (let pictures = 0; pictures < 3; pictures += 1)
      await new Promise((resolve) => requestAnimationFrame(resolve));
    return buttons.length === 0 ? 0 : performance.now() - begun;
  },
};

export type Witness = typeof witness;
Object.assign(window, { witness });
