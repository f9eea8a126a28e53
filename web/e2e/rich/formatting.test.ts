/** What people want to write is there, what is lost is told, and links say where they lead. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING } from "../../gallery/everything";
import { launchChromium, VIEWPORTS } from "../harness/browser";
import { Relay } from "../harness/relay";
import { buildLab, type LabFiles, type LabPage, openLab } from "./lab-page";

let relay: Relay;
let browser: Browser;
let lab: LabPage;
let files: LabFiles;

beforeAll(async () => {
  [relay, browser, files] = await Promise.all([Relay.start(), launchChromium(), buildLab()]);
  lab = await openLab(browser, relay, files, true);
});
afterAll(async () => {
  await browser?.close();
  await relay?.stop();
});

const html = (text: string) => lab.page.evaluate((source) => window.lab.html(source), text);
const losses = (text: string) => lab.page.evaluate((source) => window.lab.losses(source), text);

test("everything that formats or structures a text is kept, and none of it breaks the policy", async () => {
  const shown = await html(EVERYTHING);
  const kept =
    "a abbr b bdi bdo big blockquote br caption cite code col colgroup data dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rt ruby s samp small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr";
  for (const name of kept.split(" ")) expect(shown, name).toMatch(new RegExp(`<${name}[ >]`));
  expect(await losses(EVERYTHING)).toEqual([]);
  await lab.page.evaluate((text) => window.lab.stage(text), EVERYTHING);
  expect(lab.faults).toEqual([]);
});

test.each([
  [
    "**bold** _italic_ ~~struck~~ `code`",
    "<p><strong>bold</strong> <em>italic</em> <s>struck</s> <code>code</code></p>",
  ],
  ["one\ntwo", "<p>one<br>\ntwo</p>"],
  ["<b>typed</b> &hearts; &amp; R&D", "<p><b>typed</b> ♥ &amp; R&amp;D</p>"],
  ["    indented is no code", "<p>indented is no code</p>"],
  ["<section><h2>x</h2></section>", "<div><h2>x</h2></div>"],
  ["<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"],
  ["<b>never closed", "<p><b>never closed</b></p>"],
  ["2 < 3 > 1", "<p>2 &lt; 3 &gt; 1</p>"],
])("%j", async (text, expected) => {
  expect((await html(text)).trim()).toBe(expected);
});

test("what is too deep, too long or too much is shown as it was typed, and never cut", async () => {
  for (const text of [
    `${"> ".repeat(60)}deep`,
    `${"- ".repeat(60)}deep`,
    `${"<div>".repeat(60)}deep`,
    "**x** ".repeat(6_000),
    "<p>".repeat(7_000),
  ])
    expect(await html(text)).toBe("(as typed)");
  expect(await html(`${"> ".repeat(12)}not deep`)).toContain("not deep");
});

describe("what is lost is told", () => {
  test.each([
    ["<script>steal()</script>x", ["element script"]],
    ["<img src=x onerror=steal()>x", ["element img"]],
    [
      "<p onclick=steal() id=x class=y>x</p>",
      ["attribute onclick", "attribute id", "attribute class"],
    ],
    ["<p style='color:red;position:fixed'>x</p>", ["style position:fixed"]],
    ["[x](javascript:steal())", ["address javascript:steal()"]],
    ["<a href=/r/x>x</a>", ["address /r/x"]],
    ["<svg><circle r=9 /></svg> x <math><mi>x</mi></math>", ["element svg", "element math"]],
    ["<table><tr><td colspan=100>x</table>", ["attribute colspan"]],
    ["<td>x</td>", ["element td"]],
    ["<ol type=x start=y><li>x</ol>", ["attribute start", "style list-style-type:x"]],
    ["**nothing** <u>at all</u>", []],
  ])("%j", async (text, expected) => {
    expect(await losses(text)).toEqual(expected);
  });
});

test.each([
  "<img src=x onerror=steal()>",
  "<script>steal()</script>",
  "<p></p>",
  "<rp>x</rp>",
  "<b>\u200b</b>",
  "- ",
])("where nothing would be seen, the text is shown as it was typed: %j", async (text) => {
  expect(await html(text)).toBe("(as typed)");
  expect(await losses(text)).toEqual([]);
});

test("what reads like a definition is text", async () => {
  expect(await html("[urgent]: run")).toBe("<p>[urgent]: run</p>\n");
});

test("numbers of lists are what was typed, and none is cut off", async () => {
  expect(await html("481516. is the door code")).toContain('start="481516"');
  const { page } = await openLab(browser, relay, files, true, { viewport: VIEWPORTS.phone });
  for (const text of [
    "1986. What a year",
    "481516234. is the code",
    "99. x\n1. y",
    '<ol type="I" start=38><li>x</ol>',
    "<ol style='list-style:upper-roman' start=887><li>x<li>y</ol>",
    "<ol reversed start=1000><li>x</ol>",
    "<ol><li value=99999>x<li>y</ol>",
  ]) {
    const { room, needed } = await page.evaluate((typed) => window.lab.numbers(typed), text);
    expect(room, text).toBeGreaterThanOrEqual(needed);
  }
  const kinds = await page.evaluate(() =>
    ["a", "A", "i", "I", "1"].map((type) => window.lab.numbers(`<ol type=${type}><li>x</ol>`).kind),
  );
  expect(kinds).toEqual(["lower-alpha", "upper-alpha", "lower-roman", "upper-roman", "decimal"]);
});

describe("links", () => {
  test("show their host, and nothing twice", async () => {
    expect(await html("[papers](https://example.org/x)")).toContain(
      '<span class="rich-host">example.org</span>papers</a>',
    );
    expect(await html("https://example.org/x")).not.toContain("rich-host");
    expect(await html("see https://example.org/x.")).toContain(">https://example.org/x</a>.");
  });

  test("never tell where they were pressed", async () => {
    const shown = await html("[x](https://example.org)");
    expect(shown).toContain('rel="noopener noreferrer nofollow"');
    expect(shown).toContain('referrerpolicy="no-referrer"');
  });

  test.each([
    ["[bank.example](https://elsewhere.example)", "not the address it shows"],
    ["[x](https://bank.example@elsewhere.example)", "the name stands at the end"],
    ["[x](https://bаnk.example)", "unusual characters"],
    ["https://xn--bnk-8cd.example", "unusual characters"],
  ])("warn: %s", async (text, warning) => {
    expect(await html(text)).toContain(warning);
  });

  test.each([
    "<ruby><rp>elsewhere.example/</rp>https://bank.example/login</ruby>",
    "<details><summary>https://bank.example/login</summary>x</details>",
    `<span style="white-space:pre">https://bank.example/login${" ".repeat(400)}</span>`,
    `https://bank.example/login${"<br>".repeat(40)}`,
    "elsewhere.example/<b>https://bank.example/login</b>",
  ])("cannot hide where they lead: %s", async (words) => {
    const text = `<div><a href="https://elsewhere.example/x">${words}</a></div>`;
    const { claim, parts, high } = await lab.page.evaluate((typed) => window.lab.link(typed), text);
    expect(parts[0]).toBe("elsewhere.example");
    expect(high).toBeLessThan(100);
    // What begins with the host that it leads to claims no other.
    if (words.startsWith("elsewhere")) return;
    expect(parts[1]).toBe("not the address it shows");
    expect(claim?.trim()).toMatch(/^https:\/\/bank\.example\/login/);
  });

  test("that are what they show get no warning", async () => {
    for (const text of ["[www.example.org](https://example.org/a)", "[x](https://example.org)"])
      expect(await html(text)).not.toContain("rich-doubt");
  });

  test("of mail keep the address and nothing else", async () => {
    expect(await html("<a href='mailto:a@example.org?bcc=b@example.org&body=x'>x</a>")).toContain(
      'href="mailto:a@example.org"',
    );
  });
});

test.each([
  ["<pre>ls -l<rp>; rm -rf ~</rp></pre>", "ls -l"],
  ['<pre style="white-space:normal">ls -l #\nrm -rf ~</pre>', "ls -l #\nrm -rf ~"],
  [
    '<pre>x\n<code style="white-space:pre-line">ls -l #\nrm -rf ~</code></pre>',
    "x\nls -l #\nrm -rf ~",
  ],
  ['<pre><a href="https://x.example">hello</a> there</pre>', "hello there"],
  ["<pre>ls -l #<br>rm -rf ~</pre>", "ls -l #\nrm -rf ~"],
  ["<pre>ls -l #<div>rm -rf ~</div></pre>", "ls -l #\nrm -rf ~"],
  ["<pre>ls<details><summary> -l</summary> x</details></pre>", "ls\n -l\n x"],
  ["```js\nlet x = 1;\n\n  // x\n```", "let x = 1;\n\n  // x"],
])("copied from code is what is seen: %j", async (text, copied) => {
  expect((await lab.page.evaluate((typed) => window.lab.copied(typed), text)).trimEnd()).toBe(
    copied,
  );
});

test("what would have to be loaded is a button that names its host", async () => {
  for (const [text, word] of [
    ["![the harbour](https://example.org/x.png)", "Image"],
    ["<video src=https://example.org/x.webm></video>", "Video"],
    ["<audio controls src=https://example.org/x.ogg></audio>", "Audio"],
    ["<iframe src=https://example.org/></iframe>", "Page"],
    ["<object data=https://example.org/x.pdf></object>", "Document"],
    ['<img src="//example.org/a.png">', "Image"],
  ] as const) {
    const shown = await html(text);
    expect(shown).toContain(`${word} at <bdi class="rich-load-host">example.org</bdi>`);
    expect(shown).toContain("it would show example.org your address");
  }
  expect(lab.requests).toEqual([]);
});

test("colours of an author can be read in both themes", async () => {
  const dark = await openLab(browser, relay, files, true, { colorScheme: "dark" });
  for (const { page } of [lab, dark]) {
    const worst = await page.evaluate(() => {
      const colours = [
        "white",
        "black",
        "#faf6f0",
        "#14110e",
        "yellow",
        "navy",
        "red",
        "#777",
        "lime",
      ];
      const luminance = (colour: string) => {
        const parts = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
          const share = Number(part) / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * (parts[0] ?? 0) + 0.7152 * (parts[1] ?? 0) + 0.0722 * (parts[2] ?? 0);
      };
      const contrast = (a: string, b: string) => {
        const [x, y] = [luminance(a), luminance(b)].sort((m, n) => n - m);
        return ((x ?? 0) + 0.05) / ((y ?? 0) + 0.05);
      };
      const paper = getComputedStyle(document.documentElement).backgroundColor;
      let least = 99;
      for (const ink of colours) {
        window.lab.stage(`<p style="color:${ink}">x</p>`);
        for (const ground of colours)
          window.lab.stage(
            `<p style="color:${ink};background:${ground}"><a href=https://example.org>x</a> <i>y</i></p>`,
          );
      }
      window.lab.stage('<ol style="color:white;background:navy"><li>x</ol>');
      const list = [...document.querySelectorAll(".lab-stage li")].at(-1) as HTMLElement;
      least = contrast(getComputedStyle(list, "::marker").color, "rgb(0, 0, 128)");
      for (const element of document.querySelectorAll(
        ".lab-stage p, .lab-stage p a, .lab-stage p i",
      )) {
        const ground = element.closest<HTMLElement>("[style*=background]");
        const behind = ground === null ? paper : getComputedStyle(ground).backgroundColor;
        if (element.closest("[data-ink]"))
          least = Math.min(least, contrast(getComputedStyle(element).color, behind));
      }
      return least;
    });
    expect(worst).toBeGreaterThanOrEqual(4.5);
  }
});

test("code is coloured without changing it, also where it is made to be slow", async () => {
  const slow = await lab.page.evaluate(() => {
    const begun = performance.now();
    window.lab.stage(`\`\`\`js\n${"/*`'\"\\".repeat(3_000)}\n\`\`\``);
    return performance.now() - begun;
  });
  expect(slow).toBeLessThan(4_000);
});
