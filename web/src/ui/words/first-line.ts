/** The beginning of a message in one line, without its marks: for quotes and banners. Pure. */

/** Characters that are shown of it. */
const MAX_UNITS = 120;

export function firstLine(body: string): string {
  const bare = body
    .slice(0, 8 * MAX_UNITS)
    .replace(/<[^<>]*>/g, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^(?:\s|>|[#*+-]+(?=\s|$))+|```\w*/gm, " ")
    .replace(/\*\*|__|~~|`/g, "")
    .replace(/(^|\s)([*_])(\S.*?)\2(?=\W|$)/g, "$1$3")
    .replace(/\s+/g, " ")
    .trim();
  const cut = [...bare].slice(0, MAX_UNITS).join("");
  return cut.length < bare.length ? `${cut}…` : cut || "…";
}
