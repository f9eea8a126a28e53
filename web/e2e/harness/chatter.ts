/** Much talk: a Rust member and a person in a browser write to each other, many messages a second. */
import type { Page } from "playwright-core";
import type { Person } from "./person";
import type { RustMembers } from "./rust-member";

/** Messages said before it is awaited that the page shows them: far from what the relay would hang up for. */
const AT_ONCE = 200;

/** Has `name` say `text(from)` … `text(to - 1)` as fast as `person` can show them. */
export async function sayMany(
  rust: RustMembers,
  name: string,
  person: Person,
  text: (n: number) => string,
  [from, to]: readonly [number, number],
): Promise<void> {
  for (let first = from; first < to; first += AT_ONCE) {
    const past = Math.min(first + AT_ONCE, to);
    for (let n = first; n < past; n++) await rust.say(name, text(n));
    await shows(person.page, text(past - 1));
  }
}

/** Waits until a line of the conversation is exactly this. */
export async function shows(page: Page, text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const lines = [...document.querySelectorAll(".message-text")];
      return lines.findLast((line) => line.textContent === wanted) !== undefined;
    },
    text,
    { polling: 50, timeout: 120_000 },
  );
}

/** Begins to note how long each message takes from the moment that it is said until it stands in the page. */
export async function noteDelays(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: number[] = [];
    Object.assign(window, { noted });
    new MutationObserver((changes) => {
      const now = Date.now();
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          for (const [, at] of (node.textContent ?? "").matchAll(/\bat (\d{13})\b/g))
            noted.push(now - Number(at));
    }).observe(document.querySelector("[role=log]") as Element, { childList: true, subtree: true });
  });
}

/** The delays noted so far, in milliseconds. */
export function delays(page: Page): Promise<number[]> {
  return page.evaluate(() => (window as unknown as { noted: number[] }).noted);
}

/**
 * Both write `rate` messages a second for so many seconds, each with the time in it; answers once both sides' last
 * messages stand in the page.
 */
export async function talkBothWays(
  rust: RustMembers,
  name: string,
  { page }: Person,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<void> {
  const count = rate * seconds;
  const own = page.evaluate(
    async ({ count: wanted, rate: perSecond }) => {
      const field = document.querySelector("textarea") as HTMLTextAreaElement;
      const begun = performance.now();
      for (let n = 1; n <= wanted; n++) {
        const due = begun + (n * 1000) / perSecond;
        await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
        field.value = n === wanted ? "mine: the last" : `mine ${n}, written at ${Date.now()} or so`;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        field.form?.requestSubmit();
      }
    },
    { count, rate },
  );
  const begun = performance.now();
  for (let n = 1; n <= count; n++) {
    const due = begun + (n * 1000) / rate;
    await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    await rust.say(
      name,
      n === count ? "theirs: the last" : `theirs ${n}, said at ${Date.now()} or so`,
    );
  }
  await own;
  await shows(page, "theirs: the last");
  await shows(page, "mine: the last");
}
