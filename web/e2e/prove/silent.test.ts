/**
 * The relay writes nothing: through a whole session it opens no file, prints no byte and has nothing written to a disk. The
 * program that is shipped is traced through all of it but the panics in a handler, which only the example `faulty` has.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  type ClientFrame,
  decodeRelayFrame,
  encodeClientFrame,
  PUBLIC_KEY,
  SEALED_NAME,
} from "../../src/wire";
import { Clock } from "../harness/clock";
import { House } from "../harness/house";
import { type Call, canTrace, opened, openedForWriting, printed, Tracer } from "../harness/tracer";

/** The example `faulty`: the same program, which panics when it is told to. */
const faulty = process.env.SANCTUARY_FAULTY;
/** The token that tells it to (crates/sanctuary-server, feature `faults`). */
const FAULT = 0x0bad_f00d;

/** Create, wrong password, join, chat, refresh, purge; and a second room that expires. */
async function play(house: House, clock: Clock): Promise<void> {
  const [ada, ben, cleo] = await house.people(3);
  const first = await ada.create(house.origin, { alias: "Ada" });
  await ben.page.goto(first.link);
  await ben.knock("not the password", "Ben");
  await ben.sees(/wrong password/i);
  await ben.enter(first, "Ben");
  await ada.say("one");
  await ben.sees("one");
  await ben.page.reload();
  await ben.isInside();
  await cleo.create(house.origin, { alias: "Cleo", lifetimeMinutes: 5 });
  await ben.purge();
  await ada.isAtTheEnd("purged");
  clock.advance(301);
  await cleo.isAtTheEnd("expired");
}

/** Has a handler panic, of a newcomer's frame or of a member's, and waits for the connection to end of it. */
async function panic(origin: string, as: "newcomer" | "member"): Promise<void> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`, { origin });
  await once(socket, "message");
  if (as === "member") await makeRoom(socket);
  socket.send(encodeClientFrame({ type: "Ping", token: FAULT }));
  await new Promise((resolve) => socket.once("close", resolve).on("error", () => undefined));
}

/** Makes a room that holds nothing. */
async function makeRoom(socket: WebSocket): Promise<void> {
  const ask = async (frame: ClientFrame) => {
    const answer = once(socket, "message");
    socket.send(encodeClientFrame(frame));
    return decodeRelayFrame(new Uint8Array((await answer)[0]));
  };
  const reserved = await ask({ type: "Reserve" });
  if (reserved.type !== "Reserved") throw new Error(`not reserved: ${reserved.type}`);
  const admitted = await ask({
    type: "Create",
    roomId: reserved.roomId,
    lifetimeS: 300,
    admissionKey: new Uint8Array(PUBLIC_KEY),
    sessionKey: new Uint8Array(PUBLIC_KEY),
    capsule: new Uint8Array(),
    sealedName: new Uint8Array(SEALED_NAME),
    groupState: new Uint8Array(),
  });
  expect(admitted.type).toBe("Admitted");
}

/** Bytes that the process had the kernel write to disks. */
const writtenBytes = (pid: number) =>
  Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);

/** The process of the program itself, below its tracer. */
function traced(tracer: number): number {
  const [child] = readFileSync(`/proc/${tracer}/task/${tracer}/children`, "utf8").trim().split(" ");
  return Number(child);
}

interface Traced {
  readonly house: House;
  /** Calls while the program started, and those after. */
  readonly starting: Call[];
  readonly serving: Call[];
  /** Bytes written to disks after the start. */
  readonly written: number;
}

/** Starts a program under the tracer, has the session played, and answers with what was seen. */
function trace(
  program: string | undefined,
  session: (house: House, clock: Clock) => Promise<void>,
) {
  const clock = new Clock();
  const tracer = new Tracer();
  const house = new House({
    clock,
    under: tracer.command(clock.env),
    bareEnvironment: true,
    ...(program === undefined ? {} : { program }),
  });
  let pid: number;
  let seen: Traced | undefined;
  beforeAll(async () => {
    await house.open();
    pid = traced(house.relay.pid);
    const before = tracer.calls().length;
    // The kernel counts the note of when a file was last read, too: the start of a program that was just built is one.
    const writtenBefore = writtenBytes(pid);
    await session(house, clock);
    const calls = tracer.calls();
    seen = {
      house,
      starting: calls.slice(0, before),
      serving: calls.slice(before),
      written: writtenBytes(pid) - writtenBefore,
    };
  });
  afterAll(async () => {
    // A tracer ends with what it traces, and lets no signal end it before.
    process.kill(pid, "SIGTERM");
    await house.close();
    tracer.remove();
    clock.remove();
  });
  return () => {
    if (seen === undefined) throw new Error("nothing was traced");
    return seen;
  };
}

function isSilent(seen: () => Traced) {
  test("after its start it opens no file, neither for writing nor for reading", () => {
    const { serving } = seen();
    expect(serving.length).toBeGreaterThan(50);
    expect(opened(serving)).toEqual([]);
    expect(openedForWriting(serving)).toEqual([]);
  });
  test("control: the files that it read at its start are seen", () => {
    expect(opened(seen().starting).length).toBeGreaterThan(1);
  });
  test("after its start it prints no byte", () => {
    const { house, serving } = seen();
    expect(printed(serving)).toEqual([]);
    expect(house.relay.printed().split("\n")).toHaveLength(4);
  });
  test("after its start the kernel has written nothing to a disk for it", () => {
    expect(seen().written).toBe(0);
  });
}

describe.skipIf(!canTrace())("the shipped program under strace, through a whole session", () => {
  isSilent(trace(undefined, play));
});

describe.skipIf(!canTrace() || faulty === undefined)(
  "the same program, made to panic in handlers, under strace",
  () => {
    isSilent(
      trace(faulty, async (house) => {
        await panic(house.origin, "newcomer");
        await panic(house.origin, "member");
        // It is survived: people meet in a room.
        const [ada, ben] = await house.people(2);
        await ben.join(await ada.create(house.origin, { alias: "Ada" }), "Ben");
        await ada.say("one");
        await ben.sees("one");
      }),
    );
  },
);

describe.skipIf(!canTrace())("of these searches", () => {
  test("control: a program that prints and makes a file is seen", () => {
    const tracer = new Tracer();
    const [program = "", ...args] = tracer.command();
    const folder = mkdtempSync(join(tmpdir(), "sanctuary-control-"));
    execFileSync(program, [...args, "sh", "-c", `echo seen; echo kept > ${folder}/file`]);
    const texts = (calls: readonly Call[]) => calls.map((call) => call.text).join();
    expect(texts(printed(tracer.calls()))).toMatch(/seen/);
    expect(texts(openedForWriting(tracer.calls()))).toContain(folder);
    expect(readdirSync(folder)).toEqual(["file"]);
    rmSync(folder, { recursive: true });
    tracer.remove();
  });
  test("control: what a program has written to a disk is counted", async () => {
    // Beside the program, since a folder for temporary files may be no disk.
    const folder = mkdtempSync(join(dirname(process.env.SANCTUARY_BIN ?? "."), "control-"));
    const writer = spawn("sh", ["-c", `echo kept > ${folder}/file; echo done; read end`]);
    await once(writer.stdout, "data");
    const counted = writtenBytes(writer.pid ?? 0);
    writer.stdin.end();
    await once(writer, "close");
    rmSync(folder, { recursive: true });
    expect(counted).toBeGreaterThan(0);
  });
});
