/** Stands in for the `mdurl` package inside markdown-it: addresses are judged and written by `address.ts`, with the browser's URL. */

export const encode = (text: string): string => text;
export const decode = Object.assign((text: string): string => text, { defaultChars: "" });
export const parse = (text: string): { hostname: string; href: string } => ({
  hostname: "",
  href: text,
});
export const format = (parsed: { href: string }): string => parsed.href;
