/**
 * Frames from their definitions: one byte of type, then the fields of that type in order.
 *
 * A direction is defined once, as a table of types and fields (client-frame.ts, relay-frame.ts);
 * the TypeScript types, the writer and the reader all come from that table.
 */
import { type Bytes, Reader, Writer } from "./codec";
import { WireError } from "./error";
import type { Field } from "./field";

/** The fields of one type of frame, in the order of the wire. */
type Fields = Readonly<Record<string, Field<unknown>>>;

/** All types of frames of one direction. */
export type Definitions = Readonly<
  Record<string, { readonly type: number; readonly fields: Fields }>
>;

type Values<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/** The discriminated union of the frames in `D`. */
export type FrameOf<D extends Definitions> = {
  [Name in keyof D]: Readonly<{ type: Name } & Values<D[Name]["fields"]>>;
}[keyof D];

/** Writes a frame. Throws `WireError` if a value does not fit its field. */
export function encodeFrame<D extends Definitions>(definitions: D, frame: FrameOf<D>): Bytes {
  const name = frame.type as string;
  const definition = definitions[name];
  if (definition === undefined) throw new WireError("unknown-type");
  const values = frame as Readonly<Record<string, unknown>>;
  const writer = new Writer();
  writer.u8(definition.type);
  for (const [field, codec] of Object.entries(definition.fields)) {
    codec.write(writer, values[field], field);
  }
  return writer.finish();
}

/** Makes the reader of a direction. It throws `WireError` on what is no frame of it. */
export function frameDecoder<D extends Definitions>(
  definitions: D,
): (bytes: Uint8Array) => FrameOf<D> {
  const byType = new Map(
    Object.entries(definitions).map(([name, { type, fields }]) => [
      type,
      { name, fields: Object.entries(fields) },
    ]),
  );
  return (bytes) => {
    const reader = new Reader(bytes);
    const definition = byType.get(reader.u8());
    if (definition === undefined) throw new WireError("unknown-type");
    const frame: Record<string, unknown> = { type: definition.name };
    for (const [field, codec] of definition.fields) frame[field] = codec.read(reader, field);
    reader.end();
    // Every field of this type has just been read by its own codec.
    return frame as FrameOf<D>;
  };
}
