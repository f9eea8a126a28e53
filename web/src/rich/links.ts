/** Finds addresses in plain text and makes them links, as people expect of a chat. */
import { addressOf } from "./address";

/** From the scheme to the next blank or bracket that no address has; bounded, so that it stays linear. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`]{1,2000}/giu;
/** What belongs to the sentence and not to the address. */
const SENTENCE_END = /[.,:;!?*_~»”’]$/u;

function withoutSentence(text: string): string {
  let address = text;
  for (;;) {
    if (SENTENCE_END.test(address)) address = address.slice(0, -1);
    else if (address.endsWith(")") && !balanced(address)) address = address.slice(0, -1);
    else return address;
  }
}

function balanced(text: string): boolean {
  return text.split("(").length >= text.split(")").length;
}

/** Replaces `text` by links and the text between them, where there are any. */
export function findLinks(text: Text): void {
  const whole = text.data;
  if (!whole.includes("://")) return;
  const document = text.ownerDocument;
  const parts = document.createDocumentFragment();
  let at = 0;
  for (const match of whole.matchAll(ADDRESS)) {
    const typed = withoutSentence(match[0]);
    const address = addressOf(typed);
    if (address === undefined) continue;
    parts.append(whole.slice(at, match.index));
    const link = document.createElement("a");
    link.setAttribute("href", address.href);
    link.textContent = typed;
    parts.append(link);
    at = match.index + typed.length;
  }
  if (at === 0) return;
  parts.append(whole.slice(at));
  text.replaceWith(parts);
}
