/** Marks who is mentioned in a text that is in the page already. */
import { MentionSearch, type Person } from "../../session";

/** Where an @ is no mention: code, addresses, and what is ours. */
const NOT_IN = "pre, code, kbd, samp, a, button, .rich-host, .mention";

/** Marks mentions of these people in `element`; its text stays the same. */
export function markMentions(element: Element, people: readonly Person[]): void {
  if (!element.textContent?.includes("@")) return;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if ((node as Text).data.includes("@")) texts.push(node as Text);
  }
  const search = new MentionSearch(people);
  for (const text of texts) {
    if (search.isOver) return;
    if (text.parentElement?.closest(NOT_IN)) continue;
    // From the end: what stands before stays where it is.
    for (const { start, end, who } of search.in(text.data).toReversed()) {
      const rest = text.splitText(start);
      rest.splitText(end - start);
      const mark = document.createElement("span");
      mark.className = "mention";
      if (who.self) mark.dataset.you = "";
      rest.replaceWith(mark);
      mark.append(rest);
    }
  }
}
