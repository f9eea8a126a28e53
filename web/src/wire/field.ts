/**
 * How each type of field is encoded. Frames are lists of fields and nothing else, so this is where
 * every rule of a field's values stands, once.
 */
import { type Bytes, Reader, type Writer } from "./codec";
import { WireError } from "./error";

/** One type of field. `name` is the field's, for errors. */
export interface Field<T> {
  read(reader: Reader, name: string): T;
  write(writer: Writer, value: T, name: string): void;
}

export const u8: Field<number> = {
  read: (reader) => reader.u8(),
  write: (writer, value) => writer.u8(value),
};

export const u16: Field<number> = {
  read: (reader) => reader.u16(),
  write: (writer, value) => writer.u16(value),
};

export const u32: Field<number> = {
  read: (reader) => reader.u32(),
  write: (writer, value) => writer.u32(value),
};

export const u64: Field<bigint> = {
  read: (reader) => reader.u64(),
  write: (writer, value) => writer.u64(value),
};

/** `opaque x[length]`. */
export const fixed = (length: number): Field<Bytes> => ({
  read: (reader) => reader.fixed(length),
  write: (writer, value) => writer.fixed(value, length),
});

/** `opaque x<V>` with any length from `min` to `max`. */
export const vector = (min = 0, max = Number.POSITIVE_INFINITY): Field<Bytes> => {
  const check = (bytes: Bytes, name: string): Bytes => {
    if (bytes.length < min || bytes.length > max) throw new WireError("vector-length", name);
    return bytes;
  };
  return {
    read: (reader, name) => check(reader.vec(), name),
    write: (writer, value, name) => writer.vec(check(value, name)),
  };
};

/** `opaque x<V>` that is either empty, read as undefined, or of exactly `length` bytes. */
export const optional = (length: number): Field<Bytes | undefined> => {
  const full = vector(length, length);
  return {
    read: (reader, name) => {
      const bytes = reader.vec();
      if (bytes.length === 0) return undefined;
      if (bytes.length !== length) throw new WireError("vector-length", name);
      return bytes;
    },
    write: (writer, value, name) => {
      if (value === undefined) writer.vec(new Uint8Array());
      else full.write(writer, value, name);
    },
  };
};

/** `T x<V>` of values that take `size` bytes each. */
export const list = <T>(item: Field<T>, size: number): Field<readonly T[]> => ({
  read: (reader, name) => {
    const bytes = reader.vec();
    if (bytes.length % size !== 0) throw new WireError("vector-length", name);
    const inner = new Reader(bytes);
    return Array.from({ length: bytes.length / size }, () => item.read(inner, name));
  },
  write: (writer, values, name) =>
    writer.items(values, (inner, value) => item.write(inner, value, name)),
});

/** One byte with enumerated values; the first of `values` is 1. */
export const oneOf = <const T extends string>(...values: readonly T[]): Field<T> => ({
  read: (reader, name) => {
    const value = values[reader.u8() - 1];
    if (value === undefined) throw new WireError("unknown-value", name);
    return value;
  },
  write: (writer, value, name) => {
    const index = values.indexOf(value);
    if (index < 0) throw new WireError("unknown-value", name);
    writer.u8(index + 1);
  },
});
