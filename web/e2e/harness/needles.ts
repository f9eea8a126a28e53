/**
 * Looking for secrets: every form in which a text or a key could stand in a capture, a log or a memory image.
 */

/** A secret to look for, and the forms in which it would betray itself. */
export interface Needle {
  readonly name: string;
  readonly forms: ReadonlyMap<string, Buffer>;
}

/** Base64 of bytes at an unknown offset in a longer run: three alignments, without the characters that depend on neighbours. */
function base64Forms(bytes: Buffer, encoding: "base64" | "base64url"): [string, Buffer][] {
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString(encoding)
      .replace(/=+$/, "");
    const first = Math.ceil((shift * 8) / 6);
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    return [`${encoding}+${shift}`, Buffer.from(text.slice(first, whole))];
  });
}

/** The needle of a secret text or key. Short secrets make false alarms, so 12 bytes are the least. */
export function needle(name: string, secret: string | Uint8Array): Needle {
  const bytes = Buffer.from(typeof secret === "string" ? Buffer.from(secret, "utf8") : secret);
  if (bytes.length < 12) throw new Error(`${name} is too short to look for`);
  const forms: [string, Buffer][] = [
    ["raw", bytes],
    ["hex", Buffer.from(bytes.toString("hex"))],
    ["HEX", Buffer.from(bytes.toString("hex").toUpperCase())],
    ...base64Forms(bytes, "base64"),
    ...base64Forms(bytes, "base64url"),
  ];
  if (typeof secret === "string") {
    forms.push(
      ["utf-16", Buffer.from(secret, "utf16le")],
      // Chromium keeps texts that fit in it so; a text that does not gives a form that is nowhere.
      ["latin-1", Buffer.from(secret, "latin1")],
      ["percent", Buffer.from(encodeURIComponent(secret))],
      ["form", Buffer.from(encodeURIComponent(secret).replaceAll("%20", "+"))],
    );
  }
  // Forms that look the same count once, under the first name.
  const distinct = forms.filter(
    ([, pattern], i) => forms.findIndex(([, earlier]) => earlier.equals(pattern)) === i,
  );
  return { name, forms: new Map(distinct) };
}

/** Which needles stand in the bytes, in which form: "alias (hex)". */
export function findNeedles(needles: readonly Needle[], bytes: Buffer): string[] {
  const found: string[] = [];
  for (const { name, forms } of needles) {
    for (const [form, pattern] of forms) {
      if (bytes.includes(pattern)) found.push(`${name} (${form})`);
    }
  }
  return found;
}
