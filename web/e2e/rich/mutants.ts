/**
 * Documents made at random from pieces that have broken sanitizers, and then damaged: cut, doubled, mixed, re-cased.
 *
 * The same seed gives the same documents.
 */
import { ATTACKS } from "./attacks";
import { Random } from "./random";

const TAGS = (
  "a b i em p div span table tr td th tbody caption col li ul ol dl dt dd pre code form input select option button " +
  "textarea svg math mtext mi mo mglyph malignmark annotation-xml foreignObject desc title style script noscript " +
  "template iframe object embed img video audio source details summary font center plaintext xmp noembed noframes " +
  "frameset body html head base link meta isindex image marquee ruby rt rp h1 blockquote x custom-element nobr"
).split(" ");
const ATTRIBUTES = (
  "onerror onload onclick onfocus ontoggle onmouseover href src style class id name title srcdoc xlink:href action " +
  "formaction data-style data-load background poster is slot contenteditable tabindex autofocus open shadowrootmode"
).split(" ");
const VALUES = [
  "ran()",
  "javascript:ran()",
  "java\tscript:ran()",
  "data:text/html,<script>ran()</script>",
  "https://elsewhere.example/x",
  "//elsewhere.example",
  "color:red;position:fixed",
  "background:url(https://elsewhere.example)",
  "x'\"><img src=x onerror=ran()>",
  "--><img src=x onerror=ran()>",
  "</style><img src=x onerror=ran()>",
  "&lt;img src=x onerror=ran()&gt;",
  "image",
  "",
];
const PIECES = [
  "<!--",
  "-->",
  "--!>",
  "<![CDATA[",
  "]]>",
  "<?xml ",
  "<!DOCTYPE ",
  "&lt;",
  "&gt;",
  "&quot;",
  "&NewLine;",
  "&#x0;",
  "\u0000",
  "\u2028",
  "</",
  "/>",
  '"',
  "'",
  "`",
  "```\n",
  "**",
  "_",
  "~~",
  "[x](",
  ")",
  "![",
  "](https://elsewhere.example)",
  "<https://elsewhere.example>",
  "\n\n",
  "\n",
  "    ",
  "> ",
  "- ",
  "1. ",
  "|a|b|\n|-|-|\n|c|d|\n",
  "# ",
  "=",
  ">",
  "<",
];

function tag(random: Random): string {
  const name = random.pick(TAGS);
  if (random.below(3) === 0) return `</${name}>`;
  const attributes = Array.from({ length: random.below(3) }, () => {
    const quote = random.pick(['"', "'", ""]);
    return `${random.pick([" ", "/", "\n"])}${random.pick(ATTRIBUTES)}=${quote}${random.pick(VALUES)}${quote}`;
  });
  return `<${name}${attributes.join("")}${random.below(20) === 0 ? "" : ">"}`;
}

function damaged(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const to = at + random.below(12);
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, to) + text.slice(at);
    case 2:
      return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
    case 3:
      return text.slice(0, at) + tag(random) + text.slice(at);
    case 4:
      return text.slice(0, at) + text.slice(at, to).toUpperCase() + text.slice(to);
    default:
      return text.slice(at) + text.slice(0, at);
  }
}

/** `count` documents of the seed. */
export function* mutants(seed: number, count: number): Generator<string> {
  const random = new Random(seed);
  for (let n = 0; n < count; n += 1) {
    let text =
      random.below(2) === 0
        ? random.pick(ATTACKS).slice(0, 400)
        : Array.from({ length: 2 + random.below(10) }, () =>
            random.below(3) === 0 ? random.pick(PIECES) : tag(random),
          ).join(random.below(4) === 0 ? "x" : "");
    for (let times = random.below(5); times > 0; times -= 1) text = damaged(random, text);
    yield text;
  }
}
