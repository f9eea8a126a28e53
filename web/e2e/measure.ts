/**
 * Measures the figures that the product is held to, and prints them as Markdown: `make figures`.
 *
 * Drives the release binary and a real Chromium. The rooms are filled with Rust members, so that the machine is busy with
 * the person who joins and not with forty other tabs.
 */
import { statSync } from "node:fs";
import { cpus } from "node:os";
import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { launchChromium, openTab, Watch } from "./harness/browser";
import { Person } from "./harness/person";
import { Relay } from "./harness/relay";
import { RustMembers } from "./harness/rust-member";
import { Wiretap } from "./harness/wiretap";

/** Sizes of the room after the join, the joiner counted. */
const SIZES = [2, 10, 50];
/** The median of so many joins is told. */
const ROUNDS = 5;
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

await measureSizes();
await measureJoins();
