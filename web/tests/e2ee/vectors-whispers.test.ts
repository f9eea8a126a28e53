/** Whispers of `vectors/e2ee`: what each of them is for the one who tries to open it. */
import { expect, test } from "vitest";
import { decodeMessage, E2eeError, encodeMessage } from "../../src/e2ee";
import { cipherSuite } from "../../src/e2ee/mls/suite";
import { openWhisper } from "../../src/e2ee/whisper";
import { hex, unhex, vectors } from "./vectors";

type WhisperCase = {
  name: string;
  room_id: string;
  epoch: string;
  sender: string;
  private_key: string;
  data: string;
  /** `null`: not for them; `false`: damaged. */
  opened: { recipients: string[]; message: string } | null | false;
};

test.each(vectors<WhisperCase>("whispers"))("whisper: $name", async ({ opened, ...c }) => {
  const whisper = decodeMessage(unhex(c.data));
  if (whisper.kind !== "whisper") throw new Error("no whisper");
  const place = {
    roomId: unhex(c.room_id),
    epoch: BigInt(c.epoch),
    sender: unhex(c.sender),
    id: whisper.id,
  };
  const result = openWhisper(place, whisper, unhex(c.private_key), await cipherSuite());
  if (opened === false) {
    await expect(result).rejects.toThrow(E2eeError);
    return;
  }
  const { recipients, said } = (await result) ?? {};
  const has = said && { recipients: recipients?.map(hex), message: hex(encodeMessage(said)) };
  expect(has ?? null).toEqual(opened);
});
