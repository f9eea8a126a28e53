/** What becomes of events that wait their turn while connections come and go faster than they are dealt with. */
import { beforeEach, describe, expect, it } from "vitest";
import type { Hello } from "../../src/connection";
import { RoomSecrets, SessionKeys } from "../../src/e2ee";
import { Attachment } from "../../src/session/attachment";
import type { Browser } from "../../src/session/browser";
import { Keyring } from "../../src/session/keyring";
import type { Relay } from "../../src/session/relay";
import type { ClientFrame } from "../../src/wire";
import { HELLO } from "../connection-harness";
import { ManualClock } from "./support/manual-clock";

const hello = (n: number): Hello => ({ ...HELLO, nonce: new Uint8Array(32).fill(n) });
const [first, second, third] = [hello(1), hello(2), hello(3)];
const gone = { type: "Refused", reason: "gone", retryAfterMs: 0 } as const;

/** The line to the relay: which connection stands, and what went out on which. */
class Line {
  present: Hello | undefined = first;
  readonly sent: [ClientFrame["type"], Hello | undefined][] = [];

  send(frame: ClientFrame): boolean {
    this.sent.push([frame.type, this.present]);
    return true;
  }
}

let line: Line;
let attachment: Attachment;

beforeEach(async () => {
  line = new Line();
  const roomId = new Uint8Array(16);
  const keys = new Keyring({
    session: await SessionKeys.create(),
    secrets: await RoomSecrets.fromRoot(new Uint8Array(32), roomId),
    roomId,
    linkSecret: new Uint8Array(24),
    password: "a password",
    roomName: "Tea",
    alias: "Ada",
    identity: new Uint8Array(16),
    signatureSeed: new Uint8Array(32),
  });
  const browser = { clock: new ManualClock(), saveKept: () => undefined } as unknown as Browser;
  attachment = new Attachment(
    line as unknown as Relay,
    keys,
    browser,
    first,
    (task) => void task(),
  );
});

describe("when a connection was replaced before its events were dealt with", () => {
  it("nothing is resumed on the newer one in its place, but once when its own turn comes", async () => {
    line.present = third;
    attachment.lost();
    await attachment.opened(second, 5n);
    expect(line.sent).toEqual([]);
    attachment.lost();
    await attachment.opened(third, 5n);
    expect(line.sent).toEqual([["Resume", third]]);
  });

  it("an answer to the older one does not make the session speak on the newer one", async () => {
    line.present = second;
    attachment.lost();
    await attachment.opened(second, 5n);
    line.present = third;
    attachment.resumed();
    expect(attachment.attached).toBe(false);
    attachment.lost();
    await attachment.opened(third, 5n);
    attachment.resumed();
    expect(attachment.attached).toBe(true);
  });

  it("a refusal of the older one is not one of the newer: the room is not given up", async () => {
    line.present = second;
    attachment.lost();
    await attachment.opened(second, 5n);
    line.present = third;
    expect(await attachment.refused(gone)).toBeUndefined();
    attachment.lost();
    await attachment.opened(third, 5n);
    expect(await attachment.refused(gone)).toBeUndefined();
    expect(line.sent).toEqual([
      ["Resume", second],
      ["Resume", third],
      ["Join", third],
    ]);
    expect(await attachment.refused(gone)).toBe("gone");
  });
});

it("a session that is admitted on a connection that is lost already is not attached to the next", () => {
  line.present = second;
  expect(attachment.attached).toBe(false);
});
