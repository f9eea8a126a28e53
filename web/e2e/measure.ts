/**
 * Measures the figures that the product is held to, and prints them as Markdown: `make figures`. Arguments choose among
 * `sizes`, `joins` and `talk`.
 *
 * Drives the release binary and a real Chromium. The rooms are filled with Rust members, so that the machine is busy with
 * the person who joins and not with forty other tabs.
 */
import { statSync } from "node:fs";
import { cpus } from "node:os";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { launchChromium, openTab, Watch } from "./harness/browser";
import { delays, noteDelays, sayMany, talkBothWays } from "./harness/chatter";
import { Person } from "./harness/person";
import { Relay } from "./harness/relay";
import { heapOf, slowDown, tasksOf } from "./harness/responsiveness";
import { RustMembers } from "./harness/rust-member";
import { Wiretap } from "./harness/wiretap";

/** Sizes of the room after the join, the joiner counted. */
const SIZES = [2, 10, 50];
/** The median of so many joins is told. */
const ROUNDS = 5;
/** Messages a second, each way, and for how long: long enough that the tab keeps no more. */
const TALK_RATE = 50;
const TALK_SECONDS = 30;
/** Messages after which the heap is measured. */
const HEAP_AT = [100, 1_000, 2_000, 5_000, 10_000];
const JITLESS = ["--js-flags=--jitless"];

const print = (line = "") => process.stdout.write(`${line}\n`);
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`;
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Scripts and styles that were requested so far, each once, compressed. */
async function codeSize(tap: Wiretap): Promise<number> {
  const requests = tap
    .captured()
    .toString("latin1")
    .matchAll(/GET (\S+\.(?:js|css)) HTTP/g);
  let bytes = 0;
  for (const path of new Set([...requests].map(([, path]) => path ?? ""))) {
    const answer = await fetch(`${tap.origin}${path}`, {
      headers: { "accept-encoding": "identity" },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    bytes += gzipSync(Buffer.from(await answer.arrayBuffer()), { level: 9 }).length;
  }
  return bytes;
}

async function measureSizes(): Promise<void> {
  const tap = await Wiretap.start();
  const relay = await Relay.start({ args: ["--public-url", tap.origin] });
  tap.relayPort = relay.port;
  const browser = await launchChromium();
  const person = new Person(await openTab(browser, new Watch()));
  await person.page.goto(tap.origin, { waitUntil: "networkidle" });
  const start = await codeSize(tap);
  await person.create(tap.origin, { alias: "Ada" });
  const room = await codeSize(tap);
  await browser.close();
  await tap.stop();
  await relay.stop();

  const { size } = statSync(process.env.SANCTUARY_BIN ?? "");
  print("| size | |");
  print("|---|---|");
  print(`| start page, all scripts and styles, gzip | ${kilobytes(start)} |`);
  print(`| in the room, all scripts and styles, gzip | ${kilobytes(room)} |`);
  print(`| release binary | ${(size / 1e6).toFixed(2)} MB |`);
  print();
}

/** From the click on Join until the room is there, in milliseconds, by the clock of this process. */
async function timeJoin(
  browser: Browser,
  invitation: { link: string; password: string },
): Promise<number> {
  const person = new Person(await openTab(browser, new Watch()));
  await person.page.goto(invitation.link);
  await person.field("Alias").fill("Joiner");
  await person.field("Password").fill(invitation.password);
  await person.button("Join").waitFor();
  const begun = performance.now();
  await person.button("Join").click();
  await person.field("Message").waitFor({ timeout: 300_000 });
  const taken = performance.now() - begun;
  await person.leave();
  await person.page.context().close();
  return taken;
}

async function measureJoins(): Promise<void> {
  const relay = await Relay.start();
  const rust = new RustMembers();
  const browsers = { jit: await launchChromium(), jitless: await launchChromium(JITLESS) };
  print(
    `| members | click to in | without JIT | (median of ${ROUNDS} and of 3; ${cpus().length} cores)`,
  );
  print("|---|---|---|");
  for (const size of SIZES) {
    const password = "a password for measuring joins";
    const name = `host ${size}`;
    const link = await rust.create(name, {
      origin: relay.origin,
      room_name: "Figures",
      password,
      alias: name,
    });
    for (let i = 2; i < size; i++) await rust.join(`${size}/${i}`, { link, password });
    const times: Record<string, number[]> = { jit: [], jitless: [] };
    for (let i = 0; i < ROUNDS; i++)
      times.jit?.push(await timeJoin(browsers.jit, { link, password }));
    for (let i = 0; i < 3; i++)
      times.jitless?.push(await timeJoin(browsers.jitless, { link, password }));
    print(
      `| ${size} | ${seconds(median(times.jit ?? []))} | ${seconds(median(times.jitless ?? []))} |`,
    );
    await rust.purge(name);
  }
  await Promise.all(Object.values(browsers).map((browser) => browser.close()));
  rust.close();
  await relay.stop();
}

/** A person in Chromium, in a room with a Rust member "talker". */
async function besideATalker() {
  const relay = await Relay.start();
  const rust = new RustMembers();
  const browser = await launchChromium();
  const person = new Person(await openTab(browser, new Watch()));
  const invitation = await person.create(relay.origin, { alias: "Ada" });
  await rust.join("talker", invitation, "Ben");
  const close = async () => {
    await browser.close();
    rust.close();
    await relay.stop();
  };
  return { rust, browser, person, close };
}

/** Fifty messages a second each way for so long that the tab lets lines go, on a processor `slower` times as slow. */
async function measureTalk(slower: number): Promise<void> {
  const { rust, browser, person, close } = await besideATalker();
  await slowDown(person.page, slower);
  await noteDelays(person.page);
  const tasks = await tasksOf(browser, person.page, () =>
    talkBothWays(rust, "talker", person, { rate: TALK_RATE, seconds: TALK_SECONDS }),
  );
  const sorted = (await delays(person.page)).toSorted((a, b) => a - b);
  const at = (share: number) => `${sorted[Math.floor(sorted.length * share)]} ms`;
  const each = tasks.reduce((sum, ms) => sum + ms, 0) / (2 * TALK_RATE * TALK_SECONDS);
  const longest = `${Math.max(...tasks).toFixed(0)} ms`;
  print(
    `| ${slower === 1 ? "as it is" : `${slower} times as slow`} | ${longest} | ${each.toFixed(1)} ms | ${at(0.5)} | ${at(0.95)} |`,
  );
  await close();
}

/** The heap of a tab in which ever more is said. */
async function measureHeap(): Promise<void> {
  const { rust, person, close } = await besideATalker();
  const heaps: string[] = [];
  let said = 0;
  for (const count of HEAP_AT) {
    await sayMany(rust, "talker", person, (n) => `message ${n} of many`, [said, count]);
    said = count;
    heaps.push(`${((await heapOf(person.page)) / 1e6).toFixed(1)} MB`);
  }
  print(`| messages | ${HEAP_AT.map((count) => count.toLocaleString("en")).join(" | ")} |`);
  print(`|---|${HEAP_AT.map(() => "---|").join("")}`);
  print(`| heap in use | ${heaps.join(" | ")} |`);
  await close();
}

const FIGURES = {
  sizes: measureSizes,
  joins: measureJoins,
  async talk() {
    print("| processor | longest task | each message | said to shown, p50 | p95 |");
    print("|---|---|---|---|---|");
    for (const slower of [1, 4]) await measureTalk(slower);
    print();
    await measureHeap();
  },
};
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(FIGURES))
  if (wanted.length === 0 || wanted.includes(name)) await measure();
