/**
 * DOMPurify with an allow-list, into a tree that belongs to no page.
 *
 * Invariants:
 * - The one way from text to nodes in the whole client. Its Trusted Types policy answers only while DOMPurify asks, so
 *   that nothing else on the page can use it.
 * - What comes out is inert: it belongs to a document without a window, in which nothing loads and nothing runs.
 */
import createDOMPurify, { type Config } from "dompurify";
import { ATTRIBUTES, ELEMENTS } from "./allowed";

/** The part of the Trusted Types interface that we use; TypeScript's DOM types lack it. */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createHTML(html: string): string; createScriptURL(url: string): string },
  ): unknown;
}

let asking = false;

const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy(
  "sanctuary-rich",
  {
    createHTML(html) {
      if (!asking) throw new TypeError("only the sanitizer may make HTML");
      return html;
    },
    createScriptURL() {
      throw new TypeError("messages load no scripts");
    },
  },
);

const CONFIG: Config = {
  ALLOWED_TAGS: [...ELEMENTS],
  ALLOWED_ATTR: [...ATTRIBUTES],
  ALLOWED_NAMESPACES: ["http://www.w3.org/1999/xhtml"],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  // Every value is judged as an address, but for those that are known to be none.
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  ADD_URI_SAFE_ATTR: ATTRIBUTES.filter((name) => name !== "href"),
  FORCE_BODY: true,
  KEEP_CONTENT: true,
  RETURN_DOM_FRAGMENT: true,
  SAFE_FOR_XML: true,
  ...(policy === undefined
    ? {}
    : { TRUSTED_TYPES_POLICY: policy as NonNullable<Config["TRUSTED_TYPES_POLICY"]> }),
};

const purifier = createDOMPurify(window);

/** The nodes that `html` means, less everything that is not allowed. */
export function purify(html: string): DocumentFragment {
  if (!purifier.isSupported) throw new TypeError("this browser cannot sanitize");
  asking = true;
  try {
    return purifier.sanitize(html, { ...CONFIG, RETURN_DOM_FRAGMENT: true });
  } finally {
    asking = false;
  }
}
