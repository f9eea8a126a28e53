/**
 * The wire layer: frames, their encoding and their limits, as docs/PROTOCOL.md says in sections 2
 * to 4 and 12. No input or output, nothing of what payloads contain; imports no other layer.
 */
export { joinChallenge, resumeChallenge } from "./challenge";
export { type ClientFrame, decodeClientFrame, encodeClientFrame } from "./client-frame";
export { CloseCode } from "./close-code";
export { type Bytes, MAX_VECTOR, Reader, Writer } from "./codec";
export { WireError, type WireErrorClass } from "./error";
export * from "./limits";
export {
  type Alarm,
  type Completeness,
  type Continuity,
  decodeRelayFrame,
  type EndedReason,
  encodeRelayFrame,
  type MemberPresence,
  type NackReason,
  type Presence,
  type RefusedReason,
  type RelayFrame,
} from "./relay-frame";
export type { RoomLock } from "./room-lock";
export { hasZeroBits, WORK_PART_AT, WORK_SOLUTION_AT, workInput } from "./work";
