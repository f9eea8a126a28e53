/**
 * The relay learns nothing: neither on the wire, nor in what it prints, nor in its memory does anything stand of what
 * people type or of the keys made from it. Each search has a control that finds a planted canary by the same means.
 */
import { once } from "node:events";
import { connect } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deriveRoot, parseLink } from "../src/e2ee";
import { launchChromium, openTab, Watch } from "./harness/browser";
import { searchMemory } from "./harness/memory";
import { findNeedles, type Needle, needle } from "./harness/needles";
import { Person } from "./harness/person";
import { Relay } from "./harness/relay";
import { Wiretap } from "./harness/wiretap";

const SECRETS = {
  alias: "Aliascanary Ülkü",
  guest: "Guestcanary Œuvre",
  roomName: "Roomcanary Straße 7",
  password: "passwordcanary-quokka-91",
  message: "messagecanary: the papers are under the third stair",
  answer: "answercanary: I have them, going home now",
};
const PLANTED = "planted-canary-0123456789";

let tap: Wiretap;
let relay: Relay;
let browser: Browser;
let needles: Needle[];

beforeAll(async () => {
  tap = await Wiretap.start();
  relay = await Relay.start({ args: ["--public-url", tap.origin] });
  tap.relayPort = relay.port;
  browser = await launchChromium();
  needles = await playScene();
});

afterAll(async () => {
  await browser.close();
  await tap.stop();
  await relay.stop();
});

/** Everything that can happen in a room short of its end, played through the wiretap; answers with what to look for. */
async function playScene(): Promise<Needle[]> {
  const watch = new Watch();
  const [ada, ben] = [
    new Person(await openTab(browser, watch)),
    new Person(await openTab(browser, watch)),
  ];
  const invitation = await ada.create(tap.origin, {
    alias: SECRETS.alias,
    roomName: SECRETS.roomName,
    password: SECRETS.password,
  });
  await ben.page.goto(invitation.link);
  await ben.knock(`${SECRETS.password}-wrong`, SECRETS.guest);
  await ben.sees(/wrong password/i);
  await ben.enter(invitation, SECRETS.guest);
  await ada.say(SECRETS.message);
  await ben.sees(SECRETS.message);
  await ben.page.reload();
  await ben.isInside();
  await ben.say(SECRETS.answer);
  await ada.sees(SECRETS.answer);
  expect(watch.faults).toEqual([]);

  const link = parseLink(invitation.link);
  if (link === undefined) throw new Error("the product's own link does not parse");
  const root = await deriveRoot(SECRETS.password, link, {});
  return [
    ...Object.entries(SECRETS).map(([name, secret]) => needle(name, secret)),
    needle("link secret in the link", invitation.link.split("#")[1] ?? ""),
    needle("link secret", link.linkSecret),
    needle("root", root),
  ];
}

test("nothing of it crosses the wire", () => {
  const captured = tap.captured();
  expect(captured.length).toBeGreaterThan(100_000);
  expect(findNeedles(needles, captured)).toEqual([]);
});

test("control: the wiretap shows what a page sends by HTTP and, unmasked, by WebSocket", async () => {
  const page = await openTab(browser, new Watch());
  await page.goto(tap.origin);
  await page.evaluate(async (planted) => {
    await fetch(`/healthz?${planted}`);
    const socket = new WebSocket(`ws://${location.host}/ws`);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.send(new TextEncoder().encode(`socket ${btoa(planted)}`));
    await new Promise((resolve) => socket.addEventListener("close", resolve));
  }, PLANTED);
  expect(findNeedles([needle("planted", PLANTED)], tap.captured())).toEqual([
    "planted (raw)",
    "planted (base64+0)",
  ]);
});

test("nothing of it is printed", () => {
  expect(relay.printed()).toContain(tap.origin);
  expect(findNeedles(needles, Buffer.from(relay.printed()))).toEqual([]);
});

test("control: what the program prints is captured", async () => {
  const failed = await Relay.start({ args: ["--public-url", PLANTED] }).catch(
    (error: Error) => error.message,
  );
  expect(findNeedles([needle("planted", PLANTED)], Buffer.from(String(failed)))).toContain(
    "planted (raw)",
  );
});

test("nothing of it stands in the memory of the relay", () => {
  const { found, bytes } = searchMemory(relay.pid, needles);
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(found).toEqual([]);
});

test("control: what a client sends in clear is found in the memory of the relay", async () => {
  const socket = connect(relay.port, "127.0.0.1");
  await once(socket, "connect");
  // A request that never ends: the relay holds what came of it.
  socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Planted: ${PLANTED}\r\n`);
  await expect
    .poll(() => searchMemory(relay.pid, [needle("planted", PLANTED)]).found, { timeout: 20_000 })
    .toContain("planted (raw)");
  socket.destroy();
});
