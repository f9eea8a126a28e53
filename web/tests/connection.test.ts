/** A connection against a real WebSocket server: frames, losses, ends. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { Connection, FrameTooLargeError } from "../src/connection";
import { CloseCode, encodeRelayFrame, type RelayFrame, WireError } from "../src/wire";
import { HELLO, Recorder, Server, TestPage, welcome } from "./connection-harness";

let server: Server;
let page: TestPage;
let recorder: Recorder;
let connection: Connection;

beforeEach(async () => {
  server = await Server.start();
  page = new TestPage();
  recorder = new Recorder();
  connection = new Connection(server.origin, recorder, page);
});

afterEach(async () => {
  connection.close();
  expect(page.quiet).toBe(true);
  await server.stop();
});

const presence: RelayFrame = { type: "Presence", member: 1, presence: "here" };
const alarm: RelayFrame = { type: "Alarm", alarm: "wrong-password", count: 1 };
const state = (name: string) => ({ on: "state", state: name });

it("is open after Hello, and delivers frames in order, without Pong", async () => {
  const peer = await server.peer();
  expect(connection.state).toBe("connecting");
  expect(connection.send({ type: "Reserve" })).toBe(false);
  peer.send(HELLO, presence, { type: "Pong", token: 9 }, alarm);
  expect(await recorder.next()).toEqual(state("connected"));
  expect(await recorder.next()).toEqual({ on: "open", hello: HELLO });
  expect(await recorder.next()).toEqual({ on: "frame", frame: presence });
  expect(await recorder.next()).toEqual({ on: "frame", frame: alarm });
  expect(connection.state).toBe("connected");
});

it("sends frames, from within onOpen too", async () => {
  recorder.during = ({ on }) => {
    if (on === "open") expect(connection.send({ type: "Reserve" })).toBe(true);
  };
  const peer = await welcome(server, recorder);
  expect(connection.send({ type: "Leave" })).toBe(true);
  expect(await peer.frame()).toEqual({ type: "Reserve" });
  expect(await peer.frame()).toEqual({ type: "Leave" });
});

it("refuses a frame that the relay would not take, and keeps the connection", async () => {
  (await server.peer()).send({ ...HELLO, maxFrame: 100 });
  await recorder.next();
  await recorder.next();
  const message = { type: "Message", id: 1n, epoch: 0n, recipients: [] } as const;
  const send = (size: number) => connection.send({ ...message, payload: new Uint8Array(size) });
  expect(() => send(100)).toThrow(FrameTooLargeError);
  expect(() => connection.send({ type: "Ping", token: -1 })).toThrow(WireError);
  // 1 type, 8 id, 8 epoch, 1 and 2 lengths: exactly 100 bytes.
  expect(send(80)).toBe(true);
});

it("comes back after a loss, and says so", async () => {
  const peer = await welcome(server, recorder);
  peer.vanish();
  expect(await recorder.next()).toEqual(state("reconnecting"));
  expect(connection.send({ type: "Leave" })).toBe(false);
  page.advance(250);
  const nonce = new Uint8Array(32).fill(7);
  (await server.peer()).send({ ...HELLO, nonce });
  expect(await recorder.next()).toEqual(state("connected"));
  expect(await recorder.next()).toEqual({ on: "open", hello: { ...HELLO, nonce } });
});

it("finds the relay when it was not there at first", async () => {
  const { port } = server;
  const peer = await server.peer();
  await server.stop();
  await peer.closed;
  expect(await recorder.next()).toEqual(state("reconnecting"));
  server = await Server.start(port);
  page.advance(250);
  await welcome(server, recorder);
  expect(connection.state).toBe("connected");
});

it.each([1000, 1001, 1011, CloseCode.Idle, CloseCode.Stalled])(
  "comes back after close code %i without Ended",
  async (code) => {
    const peer = await welcome(server, recorder);
    peer.close(code);
    expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(250);
    await welcome(server, recorder);
  },
);

it("ends for good with Ended", async () => {
  const peer = await welcome(server, recorder);
  const ended: RelayFrame = { type: "Ended", reason: "purged" };
  peer.send(ended, presence);
  expect(await recorder.next()).toEqual({ on: "frame", frame: ended });
  expect(await recorder.next()).toEqual({ on: "end", why: "ended" });
  expect(connection.state).toBe("closed");
  expect(await peer.closed).toBe(1000);
  expect(page.quiet).toBe(true);
  expect(recorder.left).toBe(0);
});

it("ends for good when the relay speaks another version", async () => {
  (await server.peer()).send({ ...HELLO, version: 2 });
  expect(await recorder.next()).toEqual({ on: "end", why: "unsupported-version" });
  expect(connection.state).toBe("closed");
});

it("calls nothing after close, and sends what was to be sent before", async () => {
  const peer = await welcome(server, recorder);
  peer.send(presence, alarm);
  recorder.during = () => {
    connection.send({ type: "Leave" });
    connection.close();
  };
  expect(await recorder.next()).toEqual({ on: "frame", frame: presence });
  expect(await peer.frame()).toEqual({ type: "Leave" });
  await peer.closed;
  expect(recorder.left).toBe(0);
  expect(connection.send({ type: "Leave" })).toBe(false);
  connection.reconnect();
  page.wake();
  page.advance(1_000_000);
  expect(page.quiet).toBe(true);
});

it("may be closed within onState, with no onOpen after it", async () => {
  recorder.during = () => connection.close();
  const peer = (await server.peer()).send(HELLO);
  expect(await recorder.next()).toEqual(state("connected"));
  await peer.closed;
  expect(recorder.left).toBe(0);
});

it("opens another line when told to", async () => {
  const first = await welcome(server, recorder);
  connection.reconnect();
  expect(await recorder.next()).toEqual(state("reconnecting"));
  expect(await first.closed).toBe(1000);
  await welcome(server, recorder);
  expect(connection.state).toBe("connected");
});

const faults: [string, string | Uint8Array][] = [
  ["a text message", "hello"],
  ["bytes that are no frame", Uint8Array.of(0x90, 99)],
  ["a frame of a client", Uint8Array.of(0x0b)],
  ["a second Hello", encodeRelayFrame(HELLO)],
];

it.each(faults)("gives up after three times %s", async (_, data) => {
  for (const attempt of [1, 2, 3]) {
    const peer = await welcome(server, recorder);
    peer.sendRaw(data);
    await peer.closed;
    if (attempt < 3) expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(8_000);
  }
  expect(await recorder.next()).toEqual({ on: "end", why: "protocol-error" });
});

it.each([
  CloseCode.ProtocolError,
  CloseCode.TextMessage,
  CloseCode.InvalidText,
  CloseCode.TooLarge,
  CloseCode.Malformed,
  CloseCode.Unexpected,
])("gives up after three times close code %i", async (code) => {
  for (const attempt of [1, 2, 3]) {
    const peer = await welcome(server, recorder);
    peer.close(code);
    if (attempt < 3) expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(8_000);
  }
  expect(await recorder.next()).toEqual({ on: "end", why: "protocol-error" });
});

it("gives up when the relay starts with anything but Hello", async () => {
  for (const attempt of [1, 2, 3]) {
    (await server.peer()).send(presence);
    if (attempt === 1) expect(await recorder.next()).toEqual(state("reconnecting"));
    if (attempt < 3) await waited();
  }
  expect(await recorder.next()).toEqual({ on: "end", why: "protocol-error" });
});

/** Lets the wait for the next attempt begin, and pass. */
async function waited(): Promise<void> {
  while (page.timers.length !== 1 || (page.timers[0] ?? 0) > 8_000) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  page.advance(8_000);
}

it("forgives faults once a line has held", async () => {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const peer = await welcome(server, recorder);
    page.advance(10_000);
    peer.sendRaw("hello");
    expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(250);
  }
  await welcome(server, recorder);
});
