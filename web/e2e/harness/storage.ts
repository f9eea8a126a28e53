/** What a page has left in its browser: everything it can store, and its tab's history. */
import type { Page } from "playwright-core";

export interface Stored {
  readonly cookies: readonly string[];
  readonly localStorage: readonly string[];
  readonly sessionStorage: readonly string[];
  readonly indexedDB: readonly string[];
  readonly caches: readonly string[];
  readonly serviceWorkers: readonly string[];
}

export async function stored(page: Page): Promise<Stored> {
  const cookies = await page.context().cookies();
  const rest = await page.evaluate(async () => {
    const entries = (storage: Storage) =>
      Object.entries({ ...storage }).map(([key, value]) => `${key}=${value}`);
    return {
      localStorage: entries(localStorage),
      sessionStorage: entries(sessionStorage),
      indexedDB: (await indexedDB.databases()).map(({ name }) => name ?? ""),
      caches: await caches.keys(),
      serviceWorkers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
    };
  });
  return { cookies: cookies.map(({ name, value }) => `${name}=${value}`), ...rest };
}

/** The entries of the tab's own history, oldest first. */
export async function historyOf(page: Page): Promise<{ url: string; title: string }[]> {
  const devtools = await page.context().newCDPSession(page);
  const { entries } = await devtools.send("Page.getNavigationHistory");
  await devtools.detach();
  return entries.map(({ url, title }) => ({ url, title }));
}
