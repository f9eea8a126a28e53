/**
 * What a connection needs of the page it runs in. Tests run in Node, which has no page and, in its
 * oldest version we support, no WebSocket.
 */
import { onWake, thisPage, type Wake } from "./wakes";

/** Calls off what was started or subscribed. */
export type Stop = () => void;

export interface Environment {
  /** The constructor; the real one of the browser, or of the `ws` package in tests. */
  readonly WebSocket: new (
    url: string,
  ) => WebSocket;
  /** Calls back once after `ms` milliseconds, or later where the browser slows hidden pages down. */
  after(ms: number, callback: () => void): Stop;
  /** Milliseconds since any fixed moment, time asleep included. */
  now(): number;
  /** From 0 up to but not including 1. Needs no secrecy: it only spreads reconnections. */
  random(): number;
  /** The page is hidden: nobody waits for it. */
  hidden(): boolean;
  /** The network came back or changed, or the page is seen again: whatever was believed of the connection is doubtful. */
  onWake(callback: (wake: Wake) => void): Stop;
}

/** The page that this script runs in. */
export function pageEnvironment(): Environment {
  return {
    WebSocket,
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    now: () => Date.now(),
    random: Math.random,
    hidden: () => document.visibilityState === "hidden",
    onWake: (callback) => onWake(callback, thisPage()),
  };
}
