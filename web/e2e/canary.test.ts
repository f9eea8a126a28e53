/**
 * The relay learns nothing: neither on the wire, nor in what it prints, nor in its memory does anything stand of what
 * people type or of the keys made from it. Each search has a control that finds a planted canary by the same means.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { beforeAll, expect, test } from "vitest";
import { deriveRoot, parseLink } from "../src/e2ee";
import { openHouse } from "./harness/house";
import { searchMemory } from "./harness/memory";
import { findNeedles, type Needle, needle } from "./harness/needles";
import { Relay } from "./harness/relay";

const SECRETS = {
  alias: "Aliascanary Ülkü",
  guest: "Guestcanary Œuvre",
  roomName: "Roomcanary Straße 7",
  password: "passwordcanary-quokka-91",
  message: "messagecanary: the papers are under the third stair",
  answer: "answercanary: I have them, going home now",
};
const PLANTED = "planted-canary-0123456789";

const house = openHouse({ wiretapped: true });
let needles: Needle[];
beforeAll(async () => {
  needles = await playScene();
});

/** Everything that can happen in a room short of its end, played through the wiretap; answers with what to look for. */
async function playScene(): Promise<Needle[]> {
  const [ada, ben] = await house.people(2);
  const invitation = await ada.create(house.origin, {
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
  const shares = await Promise.all(
    [ada, ben].map(({ page }) => page.evaluate(() => Object.values({ ...sessionStorage }).join())),
  );

  const link = parseLink(invitation.link);
  if (link === undefined) throw new Error("the product's own link does not parse");
  const root = await deriveRoot(SECRETS.password, link, {});
  return [
    ...Object.entries(SECRETS).map(([name, secret]) => needle(name, secret)),
    needle("link secret in the link", invitation.link.split("#")[1] ?? ""),
    needle("link secret", link.linkSecret),
    needle("root", root),
    // Share and capsule secret, 32 bytes each, written in hex.
    ...shares.flatMap((value, i) =>
      (value.match(/.{64}/g) ?? []).flatMap((half, j) => [
        needle(`half ${j} of what tab ${i} keeps, as text`, half),
        needle(`half ${j} of what tab ${i} keeps`, Buffer.from(half, "hex")),
      ]),
    ),
  ];
}

test("nothing of it crosses the wire", () => {
  const captured = house.tap.captured();
  expect(captured.length).toBeGreaterThan(100_000);
  expect(findNeedles(needles, captured)).toEqual([]);
});

test("control: the wiretap shows what a page sends by HTTP and, unmasked, by WebSocket", async () => {
  const { page } = await house.person();
  await page.goto(house.origin);
  await page.evaluate(async (planted) => {
    await fetch(`/healthz?${planted}`);
    const socket = new WebSocket(`ws://${location.host}/ws`);
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.send(new TextEncoder().encode(`socket ${btoa(planted)}`));
    await new Promise((resolve) => socket.addEventListener("close", resolve));
  }, PLANTED);
  expect(findNeedles([needle("planted", PLANTED)], house.tap.captured())).toEqual([
    "planted (raw)",
    "planted (base64+0)",
  ]);
});

test("nothing of it is printed", () => {
  // Three lines when it was ready, and nothing about anything that happened since.
  expect(house.relay.printed()).toMatch(
    /^Sanctuary listens on \S+\nLocked by the kernel: .*\nOpen \S+ in a browser\. .*\n$/,
  );
  expect(findNeedles(needles, Buffer.from(house.relay.printed()))).toEqual([]);
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
  const { found, bytes } = searchMemory(house.relay.pid, needles);
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(found).toEqual([]);
});

test("control: what a client sends in clear is found in the memory of the relay", async () => {
  const socket = connect(house.relay.port, "127.0.0.1");
  await once(socket, "connect");
  // A request that never ends: the relay holds what came of it.
  socket.write(`GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Planted: ${PLANTED}\r\n`);
  await expect
    .poll(() => searchMemory(house.relay.pid, [needle("planted", PLANTED)]).found, {
      timeout: 20_000,
    })
    .toContain("planted (raw)");
  socket.destroy();
});
