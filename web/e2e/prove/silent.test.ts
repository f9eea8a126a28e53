/**
 * The relay writes nothing: through a whole session, a panic in a handler included, it opens no file, prints no byte and
 * has nothing written to a disk.
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
import { canTrace, opened, openedForWriting, printed, Tracer } from "../harness/tracer";

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

describe.skipIf(!canTrace())("under strace", () => {
  const clock = new Clock();
  const tracer = new Tracer();
  const house = new House({
    clock,
    under: tracer.command(clock.env),
    bareEnvironment: true,
    ...(faulty === undefined ? {} : { program: faulty }),
  });
  let calls: ReturnType<Tracer["calls"]>;
  let program: number;
  let before: number;
  let writtenBefore: number;
  let written: number;
  beforeAll(async () => {
    await house.open();
    program = traced(house.relay.pid);
    before = tracer.calls().length;
    // The kernel counts the note of when a file was last read, too: the start of a program that was just built is one.
    writtenBefore = writtenBytes(program);
    await play(house, clock);
    if (faulty !== undefined) {
      await panic(house.origin, "newcomer");
      await panic(house.origin, "member");
      // It is survived: somebody else makes a room.
      await (await house.person()).create(house.origin, { alias: "Dora" });
    }
    calls = tracer.calls();
    written = writtenBytes(program);
  });
  afterAll(async () => {
    // A tracer ends with what it traces, and lets no signal end it before.
    process.kill(program, "SIGTERM");
    await house.close();
    tracer.remove();
    clock.remove();
  });

  test("after its start the relay opens no file, neither for writing nor for reading", () => {
    expect(calls.length - before).toBeGreaterThan(50);
    expect(opened(calls.slice(before))).toEqual([]);
    expect(openedForWriting(calls.slice(before))).toEqual([]);
  });
  test("control: the files that it read at its start are seen", () => {
    expect(opened(calls.slice(0, before)).length).toBeGreaterThan(1);
  });
  test("after its start the relay prints no byte, not even of a panic in a handler", () => {
    expect(printed(calls.slice(before))).toEqual([]);
    expect(house.relay.printed().split("\n")).toHaveLength(3);
  });
  test("control: a program that prints and makes a file is seen", () => {
    const other = new Tracer();
    const [program = "", ...args] = other.command();
    const folder = mkdtempSync(join(tmpdir(), "sanctuary-control-"));
    execFileSync(program, [...args, "sh", "-c", `echo seen; echo kept > ${folder}/file`]);
    expect(
      printed(other.calls())
        .map((call) => call.text)
        .join(),
    ).toMatch(/seen/);
    expect(
      openedForWriting(other.calls())
        .map((call) => call.text)
        .join(),
    ).toContain(folder);
    expect(readdirSync(folder)).toEqual(["file"]);
    rmSync(folder, { recursive: true });
    other.remove();
  });
  test("after its start the kernel has written nothing to a disk for it", () => {
    expect(written - writtenBefore).toBe(0);
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
