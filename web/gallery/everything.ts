/** One message with every element that a message may have: for the tests of what is kept, and for the gallery. */
export const EVERYTHING = `# Minutes of the harbour meeting

Present: **Mara**, _Jonas_ and <u>Inés</u>. ~~Noor~~ came later. Read \`README.md\` first, press <kbd>Ctrl</kbd>+<kbd>K</kbd>, and mind H<sub>2</sub>O and E = mc<sup>2</sup>.
A line break stays a line break.

## What we have

1. Eleven letters, with dates
2. Photographs
   - of the *front*
   - of the ~~back~~ yard
3. The ledger

<ol type="I" start="38"><li>Of the harbour</li><li>Of the town</li></ol>

1986. The year of the first letter

- [x] Copies made
- [ ] Originals with the lawyer
- [ ] Call <abbr title="Harbour Office">HO</abbr>

### Figures

| Month | Paid | Owed |
|:------|-----:|-----:|
| March | 1,240.00 | 310.00 |
| April | 980.50 | 569.50 |
| May | 0.00 | 1,550.00 |

<table>
<caption>Who was where</caption>
<colgroup><col span="1"><col></colgroup>
<thead><tr><th scope="col">Day</th><th scope="col">Morning</th><th scope="col">Evening</th></tr></thead>
<tbody><tr><td>Monday</td><td colspan="2" style="text-align:center;background-color:#fde9c8">all day at the pier</td></tr>
<tr><td>Tuesday</td><td>office</td><td style="color:crimson;font-weight:bold">missing</td></tr></tbody>
<tfoot><tr><td>Sum</td><td>2</td><td>1</td></tr></tfoot>
</table>

> He said that nobody would ever look into the books.
>
> > And nobody did, for a year.

<figure><blockquote>The sea keeps no minutes.</blockquote><figcaption>A <cite>harbour proverb</cite>, <time datetime="1911">1911</time></figcaption></figure>

\`\`\`ts
/** Who may read the ledger? */
export async function readers(id: string): Promise<number> {
  const list = await ask("ledger", id); // once
  return list.length > 0 ? list.length : 42;
}
\`\`\`

<details open>
<summary>What the clerk wrote</summary>

A second copy lies in the <mark>third drawer</mark>. The word was <dfn title="a small boat">skiff</dfn>, he said <q>skip</q>, or <samp>SKIF</samp>, and <var>n</var> was <data value="7">seven</data>.

</details>

<dl><dt>Mara</dt><dd>keeps the letters</dd><dt>Jonas</dt><dd>keeps <i>quiet</i>, <b>mostly</b></dd></dl>

#### Smaller things

##### In other hands

###### And scripts

<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp>字<rp>(</rp><rt>ji</rt><rp>)</rp></ruby>, <bdi>نور</bdi>, <bdo dir="rtl">drawkcab</bdo>, <ins>added</ins>, <del>taken away</del>, <small>small print</small>, <big>big words</big>, <tt>teletype</tt>, <strike>gone</strike>, <s>not so</s>, <em>so</em>, <strong>very much</strong>, a_very<wbr>_long<wbr>_name, <span style="color:#0a7d5b">green</span>, <span style="background-color:#244;color:#9fd">on a ground</span>, <font color="orange" size="5">an old tag</font>.

<div style="padding:0.75rem;border:2px solid teal;border-radius:8px">A box of its own, with a border.</div>

---

The papers: [read them here](https://example.org/papers), or https://example.org/a/very/long/path?with=parameters. Not this one: [bank.example](https://elsewhere.example). Write to <a href="mailto:clerk@example.org">the clerk</a>.

![The pier at night](https://pictures.example.org/pier.jpg)
`;

/** What looks like a whisper as the page shows one, as far as an author can draw. */
export const FALSE_WHISPER =
  '<div style="border:2px dotted #777;border-radius:8px;padding:0.5rem 0.75rem;background:#f1eae0"><small>ıl|ı &nbsp;<b>Whisper</b> only for you</small><br>Ben, what is the password of the safe?</div>';
