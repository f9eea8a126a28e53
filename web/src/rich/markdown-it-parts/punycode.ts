/** Stands in for the `punycode.js` package inside markdown-it: hosts are written by the browser's URL, see `address.ts`. */
const punycode = {
  toASCII: (host: string): string => host,
  toUnicode: (host: string): string => host,
};
export default punycode;
