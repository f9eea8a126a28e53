/** Formatted messages: every element that a message may have, and what is made of the others. */
import { LinkQuestion } from "../src/ui/rich/link-question";
import { RichText } from "../src/ui/rich/rich-text";
import { EVERYTHING } from "./everything";

const OTHERS = [
  "A plain line, as most messages are.",
  "One **word**, and `a bit of code`.",
  "[bank.example](https://elsewhere.example) and [papers](https://xn--bnk-8cd.example/papers)",
  '<video src="https://films.example.org/pier.webm"></video> <iframe src="https://maps.example.org/"></iframe>',
  '<span style="color:white">white on nothing</span>, <span style="color:black">black on nothing</span>, <span style="background:navy;color:blue">blue on navy</span>, <span style="background:yellow">on yellow, with `code` and [a link](https://example.org)</span>',
  `${"> ".repeat(60)}too deep`,
  `|${" wide |".repeat(12)}\n|${"---|".repeat(12)}\n|${" a cell with words |".repeat(12)}`,
];

export function Messages() {
  return (
    <main style={{ maxInlineSize: "44rem", marginInline: "auto", padding: "1rem" }}>
      {[EVERYTHING, ...OTHERS].map((body) => (
        <div key={body} style={{ paddingBlock: "0.5rem" }}>
          <RichText body={body} whole={body === EVERYTHING} />
        </div>
      ))}
      <LinkQuestion />
    </main>
  );
}
