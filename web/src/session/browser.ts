/**
 * The few things of a browser that a session touches: address bar, history, one value in `sessionStorage`, the page's
 * lifecycle and its clocks. Everything else in this folder goes through here, so that tests can run in Node.
 *
 * Invariants: the share and the capsule secret are the only things ever stored; the document's title is never touched; no other URL than the
 * constants `/` and `/room` is ever written to the history.
 */
import { type Environment, pageEnvironment, type Stop } from "../connection";
import { KEPT_BYTES } from "../e2ee";

export type { Stop };

/** Path of the start page. */
export const START_PATH = "/";
/** Path of every room, also of one that has ended: it names nothing. */
export const ROOM_PATH = "/room";
/** Prefix of the path of a link. */
export const LINK_PREFIX = "/r/";

const KEPT_ITEM = "share";

/** Time, and being woken by it. */
export interface Clock {
  /** Milliseconds of a clock that never jumps; on some machines it stands still while they sleep. */
  monotonic(): number;
  /** Milliseconds since 1970, as the machine believes; it may jump. */
  wall(): number;
  /** Calls back once, not before `ms` milliseconds have passed. */
  after(ms: number, callback: () => void): Stop;
}

/** What a session needs of the page it runs in. */
export interface Browser {
  readonly clock: Clock;
  /** What a connection needs of the page. */
  readonly environment: Environment;
  /** Scheme, host and port of the page. */
  readonly origin: string;
  /** The whole address of the page, with the fragment. */
  href(): string;
  path(): string;
  /** Writes `url` in place of the current history entry. */
  replaceUrl(url: string): void;
  /** Adds a history entry for `url`. */
  pushUrl(url: string): void;
  /** The share and the capsule secret that this tab kept, if any (docs/PROTOCOL.md, section 10). */
  loadKept(): Uint8Array<ArrayBuffer> | undefined;
  saveKept(kept: Uint8Array): void;
  removeKept(): void;
  /** Back, Forward, or a changed fragment. */
  onPopState(callback: () => void): Stop;
  /** The page is refreshed, left or closed. */
  onPageHide(callback: () => void): Stop;
  /** The page comes out of the back/forward cache. */
  onRestored(callback: () => void): Stop;
  /** The page is seen again: timers may have slept. */
  onWake(callback: () => void): Stop;
  /** Something we cannot do without that this browser lacks, in a few words. */
  lacks(): string | undefined;
}

/** The clocks and timers of this machine. */
export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** The page that this script runs in. */
export function pageBrowser(): Browser {
  return {
    clock: systemClock,
    environment: pageEnvironment(),
    origin: location.origin,
    href: () => location.href,
    path: () => location.pathname,
    replaceUrl: (url) => history.replaceState(null, "", url),
    pushUrl: (url) => history.pushState(null, "", url),
    loadKept: () => stored((storage) => decodeKept(storage.getItem(KEPT_ITEM))),
    saveKept: (kept) => stored((storage) => storage.setItem(KEPT_ITEM, encodeKept(kept))),
    removeKept: () => stored((storage) => storage.removeItem(KEPT_ITEM)),
    onPopState: (callback) => listen(window, "popstate", callback),
    onPageHide: (callback) => listen(window, "pagehide", callback),
    onRestored: (callback) =>
      listen(window, "pageshow", (event) => {
        if ((event as PageTransitionEvent).persisted) callback();
      }),
    onWake: (callback) =>
      listen(document, "visibilitychange", () => {
        if (document.visibilityState === "visible") callback();
      }),
    lacks,
  };
}

/** Uses the storage where the browser allows it; where not, only coming back after a refresh is lost. */
function stored<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return use(sessionStorage);
  } catch {
    return undefined;
  }
}

/** Name what the browser lacks; `undefined` if it has everything. */
function lacks(): string | undefined {
  if (globalThis.crypto?.subtle === undefined)
    return "WebCrypto (only over https or on this machine)";
  if (globalThis.WebSocket === undefined) return "WebSocket";
  return undefined;
}

/** Text form of what a tab keeps, for `sessionStorage`: hex. */
export function encodeKept(kept: Uint8Array): string {
  return Array.from(kept, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What was kept in `text`; anything that is not exactly one is as good as none. */
export function decodeKept(text: string | null): Uint8Array<ArrayBuffer> | undefined {
  if (text === null || !/^[0-9a-f]*$/.test(text) || text.length !== 2 * KEPT_BYTES)
    return undefined;
  return Uint8Array.from({ length: KEPT_BYTES }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

function listen(target: EventTarget, name: string, callback: (event: Event) => void): Stop {
  target.addEventListener(name, callback);
  return () => target.removeEventListener(name, callback);
}
