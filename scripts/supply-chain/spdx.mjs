/**
 * Licence expressions (SPDX 2.3, annex D): `MIT OR (Apache-2.0 AND ISC)`, and the older `MIT/Apache-2.0`.
 *
 * Invariant: what cannot be read is not allowed.
 */

/** Whether a package may be used by somebody who accepts these licences only. */
export function isAllowed(expression, allowed) {
  const tokens = expression.replaceAll("/", " OR ").match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const next = () => tokens[at];

  function either() {
    let holds = both();
    while (next() === "OR") {
      at += 1;
      holds = both() || holds;
    }
    return holds;
  }

  function both() {
    let holds = one();
    while (next() === "AND") {
      at += 1;
      holds = one() && holds;
    }
    return holds;
  }

  function one() {
    const token = next();
    at += 1;
    if (token === "(") {
      const holds = either();
      if (next() !== ")") throw new SyntaxError("a bracket is not closed");
      at += 1;
      return holds;
    }
    if (token === undefined || [")", "AND", "OR", "WITH"].includes(token)) throw new SyntaxError("a licence is missing");
    if (next() !== "WITH") return allowed.has(token);
    at += 2;
    return allowed.has(`${token} WITH ${tokens[at - 1]}`);
  }

  try {
    return either() && at === tokens.length;
  } catch (e) {
    if (e instanceof SyntaxError) return false;
    throw e;
  }
}
