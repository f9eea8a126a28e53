/**
 * Everything by which a page learns that what it believes of its connection is doubtful: the network came back or changed,
 * the page is seen again, or the machine slept.
 *
 * Invariants: after the machine slept, a page that is seen calls back within one tick, whatever its browser tells of it. Only
 * what makes another outcome of an attempt likely is called `changed`: signs that come again and again, as a click back into
 * the window or a new estimate of the bandwidth do, must not drive a page to a relay that is down.
 */
import type { Stop } from "./environment";

/** How often a page that is seen looks whether time has jumped, in milliseconds. */
const TICK_MS = 2_000;
/** A tick that comes so many milliseconds late was slept through; a page that only works hard is not that late. */
const JUMP_MS = 5_000;

/** What a sign says. */
export type Wake =
  /** The network is another, or nobody looked for a while: what failed before may work now. */
  | "changed"
  /** Somebody is there; nothing says that anything is different. */
  | "noticed"
  /** The device says that it has no network. It may err: a relay on the same machine needs none. */
  | "offline";

/** Network Information; `type` is missing where the browser does not tell it. */
export type NetworkConnection = EventTarget & { readonly type?: string | undefined };

/** What is needed of the page; Network Information is missing in some browsers. */
export interface WakePage {
  readonly window: EventTarget;
  readonly document: EventTarget & { readonly visibilityState: DocumentVisibilityState };
  readonly connection: NetworkConnection | undefined;
}

/** The page that this script runs in. */
export function thisPage(): WakePage {
  const { connection } = navigator as Navigator & { readonly connection?: NetworkConnection };
  return { window, document, connection };
}

/** Calls back on each sign; several may come for one cause. */
export function onWake(callback: (wake: Wake) => void, page: WakePage): Stop {
  const changed = () => callback("changed");
  const noticed = () => callback("noticed");
  const stops = [
    listen(page.window, "online", changed),
    listen(page.window, "offline", () => callback("offline")),
    listen(page.window, "pageshow", noticed),
    listen(page.window, "focus", noticed),
    listen(page.document, "resume", noticed),
    onSeen(page.document, changed),
    onOtherNetwork(page.connection, changed),
    onJump(() => {
      if (isVisible(page.document)) changed();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** The page was hidden, and is seen. */
function onSeen(document: WakePage["document"], callback: () => void): Stop {
  let wasHidden = !isVisible(document);
  return listen(document, "visibilitychange", () => {
    const isSeen = wasHidden && isVisible(document);
    wasHidden = !isVisible(document);
    if (isSeen) callback();
  });
}

/** Another kind of network. The same event tells each new estimate of the bandwidth, which changes nothing. */
function onOtherNetwork(connection: NetworkConnection | undefined, callback: () => void): Stop {
  let last = connection?.type;
  return listen(connection, "change", () => {
    const isOther = connection?.type !== last;
    last = connection?.type;
    if (isOther) callback();
  });
}

function isVisible(document: WakePage["document"]): boolean {
  return document.visibilityState === "visible";
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
