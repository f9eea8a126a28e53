/** Everything that a page can have stored in its browser, listed. */
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
