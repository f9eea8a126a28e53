/** Waits, heartbeats and deadlines of a connection, by a clock that moves when told. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Connection } from "../src/connection";
import { CloseCode } from "../src/wire";
import { Recorder, Server, TestPage, welcome } from "./connection-harness";

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

const state = (name: string) => ({ on: "state", state: name });
/** Lets the event loop turn until `condition` holds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("waits between attempts", () => {
  it("double up to 8 seconds, and start anew after a line that held", async () => {
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const peer = await welcome(server, recorder);
      peer.vanish();
      await recorder.next();
      const [wait = 0] = page.timers;
      waits.push(wait);
      page.advance(wait);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
    const peer = await welcome(server, recorder);
    page.advance(10_000);
    peer.vanish();
    await recorder.next();
    expect(page.timers).toEqual([250]);
  });

  it("are spread over the whole range", async () => {
    page.chance = 0;
    (await welcome(server, recorder)).vanish();
    await recorder.next();
    expect(page.timers).toEqual([0]);
    page.chance = 0.5;
    page.advance(0);
    (await welcome(server, recorder)).vanish();
    await recorder.next();
    expect(page.timers).toEqual([250]);
  });

  it("end at once when the network comes back or the page is seen", async () => {
    (await welcome(server, recorder)).vanish();
    await recorder.next();
    page.wake();
    page.wake();
    await welcome(server, recorder);
    expect(connection.state).toBe("connected");
  });

  it("start from the shortest again when the network comes back", async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      (await welcome(server, recorder)).vanish();
      await recorder.next();
      page.advance(page.timers[0] ?? 0);
    }
    await welcome(server, recorder);
    page.wake();
    page.advance(6_000);
    await recorder.next();
    expect(page.timers).toEqual([250]);
    page.advance(250);
    await welcome(server, recorder);
  });

  it("are kept, and grow, however often somebody clicks into the page", async () => {
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      (await welcome(server, recorder)).vanish();
      await recorder.next();
      page.wake("noticed");
      page.wake("noticed");
      const [wait = 0] = page.timers;
      waits.push(wait);
      page.advance(wait);
    }
    expect(waits).toEqual([250, 500, 1000, 2000]);
    await welcome(server, recorder);
  });

  it("are not begun in a hidden page that the relay found idle", async () => {
    page.isHidden = true;
    (await welcome(server, recorder)).close(CloseCode.Idle);
    expect(await recorder.next()).toEqual(state("reconnecting"));
    expect(page.timers).toEqual([]);
    page.isHidden = false;
    page.wake();
    await welcome(server, recorder);
  });

  it("are not needed where none runs: somebody who clicks into the page is enough", async () => {
    page.isHidden = true;
    (await welcome(server, recorder)).close(CloseCode.Idle);
    await recorder.next();
    page.isHidden = false;
    page.wake("noticed");
    await welcome(server, recorder);
  });
});

describe("the heartbeat", () => {
  it("pings every 15 seconds, and lives on any answer", async () => {
    const peer = await welcome(server, recorder);
    for (const token of [0, 1, 2]) {
      page.advance(15_000);
      expect(await peer.frame()).toEqual({ type: "Ping", token });
      expect(page.timers).toEqual([15_000, 20_000]);
      peer.send(token === 1 ? { type: "CommitRejected", epoch: 1n } : { type: "Pong", token });
      await until(() => page.timers.length === 1);
    }
    expect(connection.state).toBe("connected");
  });

  it("asks at once when the device says that its network is gone, waits 2 seconds, and believes the answer", async () => {
    const peer = await welcome(server, recorder);
    page.wake("offline");
    expect(await peer.frame()).toEqual({ type: "Ping", token: 0 });
    page.advance(1_999);
    peer.send({ type: "Pong", token: 0 });
    await until(() => page.timers.length === 2);
    page.advance(1);
    expect(connection.state).toBe("connected");
    page.wake("offline");
    page.advance(2_000);
    expect(await recorder.next()).toEqual(state("reconnecting"));
    // It neither hurries nor delays the attempts that follow.
    expect(page.timers).toEqual([250]);
    page.wake("offline");
    expect(page.timers).toEqual([250]);
  });

  it("finds the relay dead 20 seconds after a ping, and reconnects", async () => {
    await welcome(server, recorder);
    page.advance(15_000);
    page.advance(19_999);
    expect(connection.state).toBe("connected");
    page.advance(1);
    expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(250);
    await welcome(server, recorder);
  });

  it("asks at once when the page is seen again, and waits 6 seconds", async () => {
    const peer = await welcome(server, recorder);
    page.wake();
    expect(await peer.frame()).toEqual({ type: "Ping", token: 0 });
    peer.send({ type: "Pong", token: 0 });
    await until(() => !page.timers.includes(6_000));
    page.wake();
    expect(await peer.frame()).toEqual({ type: "Ping", token: 1 });
    page.advance(5_999);
    expect(connection.state).toBe("connected");
    page.advance(1);
    expect(await recorder.next()).toEqual(state("reconnecting"));
  });

  it("is not put off by being woken again and again", async () => {
    const peer = await welcome(server, recorder);
    for (const wait of [0, 2_000, 2_000]) {
      page.advance(wait);
      page.wake();
    }
    expect(await peer.frame()).toEqual({ type: "Ping", token: 0 });
    page.advance(2_000);
    expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(250);
    await welcome(server, recorder);
  });

  it("does not ask because somebody clicks into the page when the relay was just heard", async () => {
    const peer = await welcome(server, recorder);
    page.advance(4_999);
    page.wake("noticed");
    expect(page.timers).toEqual([5_001, 10_001]);
    page.advance(1);
    page.wake("noticed");
    expect(await peer.frame()).toEqual({ type: "Ping", token: 0 });
    expect(page.timers).toEqual([5_000, 6_000, 15_000]);
  });

  it("lets a slow line live that answers each ping, however often somebody clicks into the page", async () => {
    const peer = await welcome(server, recorder);
    page.advance(15_000);
    expect(await peer.frame()).toEqual({ type: "Ping", token: 0 });
    peer.send({ type: "Pong", token: 0 });
    await until(() => page.timers.length === 1);
    for (const wait of [0, 1_000, 1_000, 1_000, 1_000]) {
      page.advance(wait);
      page.wake("noticed");
    }
    page.advance(10_000);
    expect(connection.state).toBe("connected");
  });

  it("is not put off by being woken while a ping's deadline is about to end", async () => {
    await welcome(server, recorder);
    page.advance(15_000 + 19_000);
    page.wake();
    page.advance(999);
    expect(connection.state).toBe("connected");
    page.advance(1);
    expect(await recorder.next()).toEqual(state("reconnecting"));
    page.advance(250);
    await welcome(server, recorder);
  });

  it("stops with the line", async () => {
    const peer = await welcome(server, recorder);
    page.advance(15_000);
    peer.vanish();
    await recorder.next();
    expect(page.timers).toEqual([250]);
  });
});

it("gives a relay 20 seconds to say Hello", async () => {
  const silent = await server.peer();
  page.advance(19_999);
  expect(connection.state).toBe("connecting");
  page.advance(1);
  expect(await recorder.next()).toEqual(state("reconnecting"));
  await silent.closed;
  page.advance(250);
  await welcome(server, recorder);
});

it("gives a relay its 20 seconds to say Hello, though somebody clicks into the page", async () => {
  await server.peer();
  page.advance(3_000);
  page.wake("noticed");
  page.advance(16_999);
  expect(connection.state).toBe("connecting");
  page.advance(1);
  expect(await recorder.next()).toEqual(state("reconnecting"));
  page.advance(250);
  await welcome(server, recorder);
});

it("gives a relay 6 seconds to say Hello after the page was seen again", async () => {
  await server.peer();
  page.advance(3_000);
  page.wake();
  page.advance(3_000);
  page.wake();
  page.advance(2_999);
  expect(connection.state).toBe("connecting");
  page.advance(1);
  expect(await recorder.next()).toEqual(state("reconnecting"));
  page.advance(250);
  await welcome(server, recorder);
});
