/**
 * Members played by the Rust implementation: crates/sanctuary/examples/member.rs, which speaks JSON lines.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Invitation } from "./person";

const program = process.env.SANCTUARY_MEMBER;

/** What a member tells of its own accord. */
export interface MemberEvent {
  readonly m: string;
  readonly event: string;
  readonly from?: string;
  readonly alias?: string;
  readonly body?: string;
  readonly why?: string;
}

type Answer = { readonly i: number; readonly err?: string } & Record<string, unknown>;

/** One process that plays any number of members, each named. */
export class RustMembers {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #events: MemberEvent[] = [];
  /** Called with each event as it comes. */
  onEvent: (event: MemberEvent) => void = () => {};
  #wake: () => void = () => {};
  #asked = 0;

  constructor() {
    if (program === undefined) throw new Error("SANCTUARY_MEMBER must name the example `member`");
    this.#process = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.#process.stdout }).on("line", (line) => this.#take(line));
  }

  async join(name: string, { link, password }: Invitation, alias = name): Promise<void> {
    await this.#ask({ op: "join", m: name, link, password, alias });
  }

  /** Makes a room and answers with its link. */
  async create(
    name: string,
    wishes: { origin: string; room_name: string; password: string; alias: string },
  ): Promise<string> {
    const { link } = await this.#ask({ op: "create", m: name, ...wishes, lifetime_s: 3600 });
    return String(link);
  }

  async say(name: string, body: string): Promise<void> {
    await this.#ask({ op: "say", m: name, body });
  }

  async rename(name: string, alias: string): Promise<void> {
    const { done } = await this.#ask({ op: "rename", m: name, alias });
    if (done !== true) throw new Error(`${name} could not take the alias ${alias}`);
  }

  async state(name: string): Promise<{ roster: string[]; safety: string[] }> {
    return (await this.#ask({ op: "state", m: name })) as unknown as {
      roster: string[];
      safety: string[];
    };
  }

  async leave(name: string): Promise<void> {
    await this.#ask({ op: "leave", m: name });
  }

  async purge(name: string): Promise<void> {
    await this.#ask({ op: "purge", m: name });
  }

  /** Waits until the member has told of such an event, now or earlier. */
  async told(name: string, wanted: Partial<MemberEvent>): Promise<MemberEvent> {
    const matches = (event: MemberEvent) =>
      event.m === name &&
      Object.entries(wanted).every(([key, value]) => event[key as keyof MemberEvent] === value);
    for (;;) {
      const event = this.#events.find(matches);
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        const wake = this.#wake;
        this.#wake = () => {
          wake();
          resolve();
        };
      });
    }
  }

  close(): void {
    this.#process.stdin.end();
  }

  #ask(request: Record<string, unknown>): Promise<Answer> {
    const i = ++this.#asked;
    this.#process.stdin.write(`${JSON.stringify({ i, ...request })}\n`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(i, (answer) =>
        answer.err === undefined ? resolve(answer) : reject(new Error(answer.err)),
      );
    });
  }

  #take(line: string): void {
    const message = JSON.parse(line) as Answer | MemberEvent;
    if ("i" in message) {
      this.#waiting.get(message.i)?.(message);
      this.#waiting.delete(message.i);
      return;
    }
    this.#events.push(message);
    this.onEvent(message);
    const wake = this.#wake;
    this.#wake = () => {};
    wake();
  }
}
