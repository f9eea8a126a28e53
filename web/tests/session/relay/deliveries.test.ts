/** "Sent", and "everyone here has it": what senders see, through the real relay and a bad network. */
import { afterEach, describe, expect, it } from "vitest";
import type { Delivery } from "../../../src/session/types";
import { RelayProcess } from "../support/relay-process";
import { create, hears, join, linkOf, roomOf, said, sees, told } from "../support/scenes";
import type { Tab } from "../support/tab";
import { TcpProxy } from "../support/tcp-proxy";
import { until } from "../support/until";

let relay: RelayProcess;
let proxy: TcpProxy;

async function start(...options: string[]): Promise<void> {
  relay = await RelayProcess.start(options);
  proxy = await TcpProxy.start(relay.port);
}

afterEach(async () => {
  await proxy.stop();
  await relay.kill();
});

/** Ada and Cas on good lines, Grace on one that the test can cut. */
async function three(): Promise<[Tab, Tab, Tab]> {
  const ada = await create(relay.origin);
  const grace = await join(proxy.origin, linkOf(ada), "Grace");
  const cas = await join(relay.origin, linkOf(ada), "Cas");
  for (const tab of [ada, grace, cas]) await sees(tab, "Ada", "Cas", "Grace");
  return [ada, grace, cas];
}

/** How far an own message came. */
function delivery(tab: Tab, body: string): Delivery | undefined {
  const entry = roomOf(tab).entries.value.find((e) => e.kind === "message" && e.body === body);
  return entry?.kind === "message" ? entry.delivery : undefined;
}

const becomes = (tab: Tab, body: string, state: Delivery) =>
  until(`"${body}" to be ${state}`, () => delivery(tab, body) === state);

const away = (tab: Tab) =>
  until("away", () => roomOf(tab).people.value.some(({ presence }) => presence === "away"));

describe("a message", () => {
  it("is on its way, sent, and then everyone's", async () => {
    await start();
    const [ada, grace, cas] = await three();
    roomOf(ada).send("to all");
    expect(delivery(ada, "to all")).toBe("sending");
    await becomes(ada, "to all", "everyone");
    for (const tab of [grace, cas]) expect(said(tab)).toEqual(["Ada: to all"]);
  });

  it("is held back by who is away, and everyone's once they are back", async () => {
    await start("--session-grace", "60s");
    const [ada, grace, cas] = await three();
    proxy.down();
    await away(ada);
    roomOf(ada).send("while away");
    await hears(cas, "Ada: while away");
    // Cas's word for it comes with what Cas says after it.
    cas.clock.forward(2_000);
    roomOf(cas).send("me too");
    await hears(ada, "Cas: me too");
    await becomes(ada, "while away", "sent");
    expect(said(grace)).toEqual([]);
    proxy.up();
    await becomes(ada, "while away", "everyone");
    await becomes(cas, "me too", "everyone");
    expect(said(grace)).toEqual(["Ada: while away", "Cas: me too"]);
  });

  it("is missed by who was away too long, and the next one is everyone's again", async () => {
    await start("--session-grace", "60s", "--replay-window", "0");
    const [ada, grace] = await three();
    proxy.down();
    await away(ada);
    roomOf(ada).send("missed");
    await becomes(ada, "missed", "sent");
    proxy.up();
    await becomes(ada, "missed", "missed");
    await told(grace, "gap");
    await until("Grace to be back", () => roomOf(grace).connection.value === "connected");
    roomOf(ada).send("seen");
    await becomes(ada, "seen", "everyone");
    expect(said(grace)).toEqual(["Ada: seen"]);
  });

  it("is held back by nobody who is gone for good", async () => {
    await start("--session-grace", "1s");
    const [ada] = await three();
    proxy.down();
    await away(ada);
    roomOf(ada).send("without Grace");
    await becomes(ada, "without Grace", "everyone");
  });

  it("is no more than sent where nobody else is", async () => {
    await start();
    const ada = await create(relay.origin);
    roomOf(ada).send("alone");
    await becomes(ada, "alone", "sent");
    const cas = await join(relay.origin, linkOf(ada), "Cas");
    roomOf(ada).send("not alone");
    await becomes(ada, "not alone", "everyone");
    expect(delivery(ada, "alone")).toBe("sent");
    expect(said(cas)).toEqual(["Ada: not alone"]);
  });
});

describe("a sender", () => {
  it("that was away is told what it missed", async () => {
    await start("--session-grace", "60s");
    const [ada, grace, cas] = await three();
    const cut = proxy.cutAfterSending(1);
    roomOf(grace).send("and gone");
    await cut;
    proxy.down();
    for (const tab of [ada, cas]) await hears(tab, "Grace: and gone");
    expect(delivery(grace, "and gone")).toBe("sending");
    proxy.up();
    await becomes(grace, "and gone", "everyone");
  });

  it("whose line breaks between the message and its Ack sends it to who had just come in", async () => {
    await start("--session-grace", "60s");
    const [ada, grace, cas] = await three();
    // Grace hears nothing of Late's coming, and encrypts for those she knows.
    const cut = proxy.cutAfterSending(1);
    const late = await join(relay.origin, linkOf(ada), "Late");
    for (const tab of [ada, cas, late]) await sees(tab, "Ada", "Cas", "Grace", "Late");
    roomOf(grace).send("for all four");
    await cut;
    for (const tab of [ada, cas, late]) await hears(tab, "Grace: for all four");
    await becomes(grace, "for all four", "everyone");
    for (const tab of [ada, cas, late]) expect(said(tab)).toEqual(["Grace: for all four"]);
  });

  it("that writes without a connection sends it all once there is one, in order and once", async () => {
    await start("--session-grace", "60s");
    const [ada, grace, cas] = await three();
    proxy.down();
    await away(ada);
    const bodies = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    for (const body of bodies) roomOf(grace).send(body);
    for (const body of bodies) expect(delivery(grace, body)).toBe("sending");
    proxy.up();
    for (const body of bodies) await becomes(grace, body, "everyone");
    for (const tab of [ada, cas]) expect(said(tab)).toEqual(bodies.map((body) => `Grace: ${body}`));
  });
});
