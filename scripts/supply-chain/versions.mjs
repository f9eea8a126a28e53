/**
 * Versions and requirements as Cargo reads them (semver.org), as far as advisories use them: comparisons joined by
 * commas, `^`, `~` and `=`; a version alone means `^`.
 *
 * Invariant: a requirement that cannot be read matches nothing, so that a package then counts as affected and not as
 * patched.
 */

/** -1, 0 or 1. A version before a release (1.0.0-rc.1) stands before it. */
export function compare(a, b) {
  const [x, y] = [parse(a), parse(b)];
  for (const i of [0, 1, 2]) if (x.numbers[i] !== y.numbers[i]) return x.numbers[i] < y.numbers[i] ? -1 : 1;
  if (x.pre.length === 0 || y.pre.length === 0) return Math.sign(y.pre.length - x.pre.length);
  for (let i = 0; i < Math.max(x.pre.length, y.pre.length); i += 1) {
    const [p, q] = [x.pre[i], y.pre[i]];
    if (p === q) continue;
    if (p === undefined || q === undefined) return p === undefined ? -1 : 1;
    const [isP, isQ] = [/^\d+$/.test(p), /^\d+$/.test(q)];
    if (isP && isQ) return Number(p) < Number(q) ? -1 : 1;
    if (isP !== isQ) return isP ? -1 : 1;
    return p < q ? -1 : 1;
  }
  return 0;
}

function parse(version) {
  const [release, ...pre] = version.trim().split("+")[0].split("-");
  const numbers = release.split(".").map(Number);
  while (numbers.length < 3) numbers.push(0);
  return { numbers, pre: pre.length === 0 ? [] : pre.join("-").split(".") };
}

/** Whether a version meets a requirement. */
export function meets(version, requirement) {
  return requirement.split(",").every((part) => meetsOne(version, part.trim()));
}

function meetsOne(version, part) {
  const [, sign, bound] = /^(>=|<=|>|<|=|\^|~)?\s*(\d[\w.+-]*)$/.exec(part) ?? [];
  if (bound === undefined) return false;
  const order = compare(version, bound);
  switch (sign) {
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
    case "=":
      return order === 0;
    case "~":
      return order >= 0 && compare(version, after(bound, bound.split(".").length > 1 ? 1 : 0)) < 0;
    default: {
      const first = parse(bound).numbers.findIndex((number) => number > 0);
      return order >= 0 && compare(version, after(bound, first === -1 ? 2 : first)) < 0;
    }
  }
}

/** The first version that differs from the bound at this place. */
function after(bound, place) {
  const { numbers } = parse(bound);
  return numbers.map((number, i) => (i < place ? number : i === place ? number + 1 : 0)).join(".");
}
