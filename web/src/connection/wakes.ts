/**
 * Everything by which a page learns that what it believes of its connection is doubtful: the network came back or changed,
 * the page is seen again, or the machine slept.
 *
 * Invariant: after the machine slept, a page that is seen calls back within one tick, whatever its browser tells of it.
 */
import type { Stop } from "./environment";

/** How often a page that is seen looks whether time has jumped, in milliseconds. */
const TICK_MS = 2_000;
/** A tick that comes so many milliseconds late was slept through; a page that only works hard is not that late. */
const JUMP_MS = 5_000;

/** What is needed of the page; Network Information is missing in some browsers. */
export interface WakePage {
  readonly window: EventTarget;
  readonly document: EventTarget & { readonly visibilityState: DocumentVisibilityState };
  readonly connection: EventTarget | undefined;
}

/** The page that this script runs in. */
export function thisPage(): WakePage {
  const { connection } = navigator as Navigator & { readonly connection?: EventTarget };
  return { window, document, connection };
}

/** Calls back on each sign; several may come for one cause. */
export function onWake(callback: () => void, page: WakePage): Stop {
  const seen = () => {
    if (page.document.visibilityState === "visible") callback();
  };
  const stops = [
    listen(page.window, "online", callback),
    listen(page.window, "pageshow", callback),
    listen(page.window, "focus", callback),
    listen(page.document, "visibilitychange", seen),
    listen(page.document, "resume", callback),
    listen(page.connection, "change", callback),
    onJump(seen),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Timers stand still while the machine sleeps, and the wall clock does not. */
function onJump(callback: () => void): Stop {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    const isLate = now - last > TICK_MS + JUMP_MS;
    last = now;
    if (isLate) callback();
  }, TICK_MS);
  return () => clearInterval(timer);
}

function listen(target: EventTarget | undefined, name: string, callback: () => void): Stop {
  target?.addEventListener(name, callback);
  return () => target?.removeEventListener(name, callback);
}
