/**
 * Why bytes are not a structure of the protocol. The classes are those of `DecodeError` in the Rust
 * crate; `vectors/wire` holds both to refuse the same bytes for the same reason.
 */

/** The classes of failure. Fields are checked in order, and the first that fails decides. */
export type WireErrorClass =
  /** The bytes end before the structure does. */
  | "truncated"
  /** Bytes are left over after the last field. */
  | "trailing-bytes"
  /** The frame's type is unknown, or belongs to the other direction. */
  | "unknown-type"
  /** A vector's length is not in its shortest form. */
  | "non-minimal-length"
  /** A vector's length has the prefix `11`. */
  | "length-prefix"
  /** A field with enumerated values has none of them. */
  | "unknown-value"
  /** A vector has a length that its type does not allow. */
  | "vector-length"
  /** A string is not UTF-8. */
  | "utf-8"
  /** A value to be written does not fit its field: a mistake of the caller. */
  | "out-of-range";

/** The only error that reading and writing throws. It never carries data, only names of fields. */
export class WireError extends Error {
  override readonly name = "WireError";

  constructor(
    /** What was wrong. */
    readonly code: WireErrorClass,
    /** The field where it was, if a rule of that field was broken. */
    readonly field?: string,
  ) {
    super(field === undefined ? `wire: ${code}` : `wire: ${code} in ${field}`);
  }
}
