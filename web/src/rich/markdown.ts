/**
 * From Markdown, with HTML in it, to HTML text. What comes out is not safe: it goes through `rewrite.ts`, DOMPurify and
 * `confine.ts` next.
 *
 * markdown-it, because its time grows with the length of a text whatever the text is; packages of its own that only
 * repeat what a browser knows are replaced (`markdown-it-parts`, aliased in vite.config.ts).
 */
import MarkdownIt from "markdown-it";
import { MAX_MARKDOWN_NESTING } from "./limits";

/** A character reference, as the browser's parser knows it. */
const REFERENCE = /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,31});/iy;
/** The name of a language after ``` or ~~~. */
const LANGUAGE = /^[\w+#.-]{1,20}/;

const markdown = make();

function make() {
  const made = new MarkdownIt({ html: true, breaks: true });
  made.set({ maxNesting: MAX_MARKDOWN_NESTING });
  // Four blanks are how people indent in a chat, not code; what defines by "[name]: address" would not be seen.
  made.disable(["code", "reference"], true);
  // Addresses are judged in one place only, and what is lost there is told.
  made.validateLink = () => true;
  made.normalizeLink = (address) => address;
  made.inline.ruler.at("entity", (state, silent) => {
    REFERENCE.lastIndex = state.pos;
    const reference = REFERENCE.exec(state.src)?.[0];
    if (reference === undefined) return false;
    if (!silent) state.push("html_inline", "", 0).content = reference;
    state.pos += reference.length;
    return true;
  });
  made.renderer.rules.fence = (tokens, index) => {
    const token = tokens[index];
    const language = LANGUAGE.exec(token?.info.trim() ?? "")?.[0].toLowerCase();
    const attribute = language === undefined ? "" : ` data-lang="${language}"`;
    return `<pre${attribute}><code>${made.utils.escapeHtml(token?.content ?? "")}</code></pre>\n`;
  };
  return made;
}

/** The HTML that `source` means. */
export function htmlOf(source: string): string {
  return markdown.render(source);
}
