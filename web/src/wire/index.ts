/**
 * The wire layer: frames, their encoding and their limits, as docs/PROTOCOL.md says in sections 2
 * to 4 and 12. No input or output, nothing of what payloads contain; imports no other layer.
 */
export { type Bytes, MAX_VECTOR, Reader, Writer } from "./codec";
export { WireError, type WireErrorClass } from "./error";
