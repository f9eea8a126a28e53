/**
 * Parts of the page that are loaded when they are needed.
 *
 * Liveness: what did not arrive is asked for again every few seconds, as soon as the browser is online, and when somebody asks for
 * it. A style that did not arrive is asked for again as well: the bundler's own loader takes what it has asked for once as there.
 */

/** Wait before what did not arrive is asked for again, in milliseconds. */
const AGAIN_MS = 3_000;

const waiting = new Set<() => void>();

/** Styles that did not arrive. */
const lacking = new Set<HTMLLinkElement>();

if (!import.meta.env.SSR) {
  addEventListener("online", hurry);
  addEventListener(
    "error",
    ({ target }) => {
      if (target instanceof HTMLLinkElement && target.rel === "stylesheet") lacking.add(target);
    },
    true,
  );
}

/** Loads a part, as often as it takes; `onFailed` hears of each time that it did not arrive. */
export async function arrival<T>(load: () => Promise<T>, onFailed: () => void): Promise<T> {
  for (let isFirst = true; ; isFirst = false) {
    try {
      if (!isFirst) await mendStyles();
      return await load();
    } catch {
      onFailed();
    }
    await nextAttempt();
  }
}

/** What has not arrived is asked for at once. */
export function hurry(): void {
  for (const go of waiting) go();
}

function nextAttempt(): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      clearTimeout(timer);
      waiting.delete(go);
      resolve();
    };
    const timer = setTimeout(go, AGAIN_MS);
    waiting.add(go);
  });
}

/** Loads the styles that did not arrive; throws if one does not again. */
async function mendStyles(): Promise<void> {
  await Promise.all(
    [...lacking].map((link) => {
      lacking.delete(link);
      const fresh = link.cloneNode() as HTMLLinkElement;
      return new Promise((resolve, reject) => {
        fresh.onload = resolve;
        fresh.onerror = reject;
        link.replaceWith(fresh);
      });
    }),
  );
}
