/** Sessions without sockets: their ends of the lines to a model of the relay, and when they are done with what they got. */
import { signal } from "@preact/signals-core";
import { vi } from "vitest";
import type { Hello } from "../../../src/connection";
import type { RelayEvent } from "../../../src/session/relay";
import { Serial } from "../../../src/session/serial";
import type { ClientFrame, RelayFrame } from "../../../src/wire";
import { HELLO } from "../../connection-harness";
import type { Line } from "./model-relay";

/** What the tasks of all sessions are waited for by. */
const running = new Set<Promise<unknown>>();

/** Has the tasks of all sessions taken note of; to be called before any history, and undone after all. */
export function watchTasks(): void {
  const run = Serial.prototype.run;
  vi.spyOn(Serial.prototype, "run").mockImplementation(function (this: Serial, task) {
    const turn = run.call(this, task);
    const noted: Promise<unknown> = turn.catch(() => undefined);
    running.add(noted);
    noted.then(() => running.delete(noted));
    return turn as never;
  });
}

/** Settles once no session has anything to do. */
export async function idle(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
  // What follows a task that failed.
  await Promise.resolve();
  await Promise.resolve();
}

/** A member's end of the line to the relay, as a session has it. */
export class End {
  readonly state = signal<"connected" | "reconnecting">("connected");
  readonly work = signal(undefined);
  present: Hello | undefined = { ...HELLO };
  line: Line | undefined;
  #taker: (event: RelayEvent) => void = () => {};

  constructor(line: Line) {
    this.line = line;
  }

  send(frame: ClientFrame): boolean {
    if (this.present === undefined) return false;
    this.line?.up.push(frame);
    return true;
  }

  take(taker: (event: RelayEvent) => void): void {
    this.#taker = taker;
  }

  close(): void {
    this.present = undefined;
    this.#taker = () => {};
  }

  hand(frame: RelayFrame): void {
    this.#taker({ kind: "frame", frame });
  }

  lose(): void {
    this.line = undefined;
    this.present = undefined;
    this.state.value = "reconnecting";
    this.#taker({ kind: "lost" });
  }

  open(line: Line): void {
    const hello = { ...HELLO };
    this.line = line;
    this.present = hello;
    this.state.value = "connected";
    this.#taker({ kind: "opened", hello });
  }
}
