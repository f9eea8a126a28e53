/**
 * The text of a message: formatted where there is something to format, as it was typed otherwise.
 *
 * Invariants: what the rendering layer gives is put into a box that contains it, and nothing in there is ours to draw
 * again; no press inside the box follows a link by itself.
 */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { hasFormatting } from "../../rich/formatting";
import { type Rich, richLayer } from "./loader";
import { pressed } from "./opening";
import "./rich.css";

/** How long a button says that it has copied, in milliseconds. */
const CONFIRMED_MS = 2_000;

export function RichText({ body }: { readonly body: string }) {
  const formatted = useMemo(() => hasFormatting(body), [body]);
  if (formatted) return <Formatted body={body} />;
  return (
    <div class="message-text" dir="auto" translate={false}>
      {body}
    </div>
  );
}

function Formatted({ body }: { readonly body: string }) {
  const box = useRef<HTMLDivElement>(null);
  const asTyped = useSignal(false);
  const rich = richLayer().value;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const nodes = rich?.render(body).nodes;
    element.classList.toggle("rich", nodes !== undefined);
    element.classList.toggle("message-text", nodes === undefined);
    element.replaceChildren(nodes ?? body);
    asTyped.value = rich !== undefined && nodes === undefined;
    if (rich !== undefined) colour(rich, element);
  }, [rich, body]);

  const onPress = (event: MouseEvent): void => {
    if (rich === undefined || !(event.target instanceof Element)) return;
    const part = event.target.closest<HTMLElement>("[data-press]");
    if (part === null) return;
    // The middle button would open a link in another tab.
    event.preventDefault();
    if (part.dataset.press === "link") ask(rich, part);
    else if (event.type === "click") void copy(part);
  };

  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the presses belong to the links and buttons inside */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links and buttons turn keys into clicks */}
      <div ref={box} dir="auto" translate={false} onClick={onPress} onAuxClick={onPress} />
      {asTyped.value && (
        <p class="rich-note">
          Too long or too deeply nested to be formatted: shown as it was written.
        </p>
      )}
    </div>
  );
}

/** Colours code once the page has been drawn: it changes no sizes. */
function colour(rich: Rich, element: HTMLElement): void {
  for (const code of element.querySelectorAll<HTMLElement>("[data-colour]")) {
    const language = code.dataset.colour ?? "";
    delete code.dataset.colour;
    rich.colourCode(code, language).catch(() => {
      // It can be read without colours.
    });
  }
}

function ask(rich: Rich, link: HTMLElement): void {
  const address = rich.addressOf(link.getAttribute("href") ?? "");
  if (address === undefined) return;
  const text = link.firstChild?.textContent ?? "";
  const claims = !address.mail && rich.claimsAnotherHost(text, address);
  pressed.value = { address, claim: claims ? text : undefined };
}

/** Copies what the button stands for, and says so in its own words' place. */
async function copy(button: HTMLElement): Promise<void> {
  const code = button.closest(".rich-code")?.querySelector("pre")?.textContent;
  const text = button.dataset.press === "copy-code" ? code : button.dataset.address;
  const words = button.querySelector(".rich-load-why") ?? button;
  const before = words.textContent;
  if (text === undefined || text === null || button.dataset.said !== undefined) return;
  button.dataset.said = "";
  try {
    await navigator.clipboard.writeText(text);
    words.textContent = "Copied";
  } catch {
    words.textContent = "Not copied";
  }
  setTimeout(() => {
    words.textContent = before;
    delete button.dataset.said;
  }, CONFIRMED_MS);
}
