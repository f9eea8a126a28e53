/**
 * Messages as people see them: from Markdown with HTML in it to nodes that can do nothing but be read.
 *
 * The way of a message: Markdown to HTML (`markdown`), HTML written anew with allowed elements only (`rewrite`), parsed and
 * sanitized (`purify`), held to stricter rules (`confine`), dressed with what is ours (`dress`). Each of the middle three
 * suffices by itself; tests hold each of them to that.
 *
 * Invariant: whatever the text, `render` gives nodes within the bounds of `limits.ts` or says that it will not.
 */
import { confine } from "./confine";
import { dress } from "./dress";
import { MAX_SOURCE_UNITS, MAX_TAGS, MAX_UNASKED_TAGS, MAX_UNASKED_UNITS, TooMuch } from "./limits";
import { type Loss, Losses } from "./losses";
import { htmlOf } from "./markdown";
import { purify } from "./purify";
import { rewrite } from "./rewrite";

export { type Address, addressOf, claimsAnotherHost } from "./address";
export { codeText, linkText } from "./dress";
export type { Loss } from "./losses";

export interface Rendered {
  /** To be put into the page once; undefined when the message is to be shown as it was typed. */
  readonly nodes: DocumentFragment | undefined;
  /** It exceeded a bound; `heavy`: of what is formatted unasked. */
  readonly exceeded: "heavy" | "too-much" | undefined;
  readonly losses: readonly Loss[];
  /** There were more losses than are named. */
  readonly moreLosses: boolean;
}

/** Colours the code in `element`, once what that takes has come; without it the code stands as it is. */
export async function colourCode(element: Element, language: string): Promise<void> {
  const code = await import("./code");
  code.colourCode(element, language);
}

/** HTML that anybody may have written, as inert nodes within the rules. */
export function sanitize(
  html: string,
  losses: Losses = new Losses(),
  most = MAX_TAGS,
): DocumentFragment {
  if (html.length > 16 * MAX_SOURCE_UNITS) throw new TooMuch("length");
  const fragment = purify(rewrite(html, losses, most));
  confine(fragment, losses);
  return fragment;
}

/** A message as it is shown; `unasked`: only if that is little work and becomes few nodes. */
export function render(source: string, unasked = false): Rendered {
  const losses = new Losses();
  let nodes: DocumentFragment | undefined;
  let exceeded: Rendered["exceeded"];
  try {
    if (source.length > (unasked ? MAX_UNASKED_UNITS : MAX_SOURCE_UNITS))
      throw new TooMuch("length");
    nodes = sanitize(htmlOf(source), losses, unasked ? MAX_UNASKED_TAGS : MAX_TAGS);
    dress(nodes);
    if (!/[^\s\p{Cf}]/u.test(nodes.textContent ?? "") && !nodes.querySelector("hr"))
      nodes = undefined;
  } catch (error) {
    // Whatever went wrong, a message that cannot be formatted can still be read.
    nodes = undefined;
    const mayBeAsked = unasked && error instanceof TooMuch && error.bound !== "depth";
    exceeded = mayBeAsked ? "heavy" : "too-much";
  }
  return { nodes, exceeded, losses: nodes ? losses.list : [], moreLosses: losses.more };
}
