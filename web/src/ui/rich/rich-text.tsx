/**
 * The text of a message: formatted where there is something to format, as it was typed otherwise; shown in part where it is long.
 *
 * Invariants: what the rendering layer gives is put into a box that contains it, and nothing in there is ours to draw
 * again; no press inside the box follows a link by itself; however much comes at once, no picture on the screen waits for
 * more than its share of formatting.
 */
import type { ReadonlySignal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Rendered } from "../../rich";
import { hasFormatting } from "../../rich/formatting";
import type { Person } from "../../session/types";
import { onceHigh } from "./height";
import { isLong, MAX_SHOWN_PX, mayBeHigh } from "./length";
import { type Rich, richLayer } from "./loader";
import { markMentions } from "./mentions";
import { pressed } from "./opening";
import { hold } from "./share";
import { inTurn } from "./turns";
import "./rich.css";

/** How long a button says that it has copied, in milliseconds. */
const CONFIRMED_MS = 2_000;

interface RichTextProps {
  readonly body: string;
  /** Those who may be mentioned in it. */
  readonly people?: ReadonlySignal<readonly Person[]>;
  /** All of it, however long, and formatted however heavy: for who writes it. */
  readonly whole?: boolean;
  /** Told what came of formatting it. */
  readonly onRendered?: (rendered: Rendered) => void;
}

export function RichText({ body, people, whole = false, onRendered }: RichTextProps) {
  const formatted = useMemo(() => hasFormatting(body), [body]);
  const long = useMemo(() => !whole && isLong(body), [body, whole]);
  const high = useSignal(false);
  const open = useSignal(false);
  useLayoutEffect(() => {
    high.value = false;
  }, [body]);
  const onHeight = (px: number): void => {
    high.value = !whole && px > MAX_SHOWN_PX;
  };
  if (!formatted && !long && !mayBeHigh(body)) return <Plain body={body} people={people} />;
  const folds = long || high.value;
  return (
    <div class="rich-text">
      <div class={folds && !open.value ? "rich-part" : undefined}>
        {formatted ? (
          <Formatted
            {...{ body, people, onHeight, onRendered }}
            // What stands there stays until the next is ready: who writes is not shown anything else in between.
            asked={whole}
          />
        ) : (
          <Plain {...{ body, people, onHeight }} />
        )}
      </div>
      {folds && (
        <button
          type="button"
          class="button button-small rich-more"
          aria-expanded={open.value}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          {open.value ? "Show less" : "Show all of it"}
        </button>
      )}
    </div>
  );
}

interface TextProps {
  readonly body: string;
  readonly people: ReadonlySignal<readonly Person[]> | undefined;
  /** Told how high the text is, once for each that is shown. */
  readonly onHeight?: (px: number) => void;
}

function Plain({ body, people, onHeight }: TextProps) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    element.textContent = body;
    if (people) markMentions(element, people.peek());
    return onHeight && onceHigh(element, onHeight);
  }, [body]);
  return <div class="message-text" dir="auto" translate={false} ref={box} />;
}

interface FormattedProps extends TextProps {
  readonly asked: boolean;
  readonly onRendered: RichTextProps["onRendered"];
}

function Formatted({ body, people, asked, onHeight, onRendered }: FormattedProps) {
  const box = useRef<HTMLDivElement>(null);
  const asTyped = useSignal<"too-much" | "heavy" | undefined>(undefined);
  /** How often somebody has asked for it to be formatted. */
  const asks = useSignal(asked ? 1 : 0);
  const rich = richLayer().value;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    let callOffHeight: (() => void) | undefined;
    let release: (() => void) | undefined;
    const show = (nodes: DocumentFragment | undefined): void => {
      element.classList.toggle("rich", nodes !== undefined);
      element.classList.toggle("message-text", nodes === undefined);
      element.replaceChildren(nodes ?? body);
      if (people) markMentions(element, people.peek());
      if (onHeight) callOffHeight = onceHigh(element, onHeight);
    };
    const work = (layer: Rich): void => {
      const rendered = layer.render(body, asks.value === 0);
      show(rendered.nodes);
      asTyped.value = rendered.exceeded;
      if (rendered.nodes && !asked)
        release = hold(element.getElementsByTagName("*").length, () => {
          show(undefined);
          asTyped.value = "heavy";
        });
      onRendered?.(rendered);
      colour(layer, element);
    };
    let callOff: (() => void) | undefined;
    if (rich === undefined) show(undefined);
    else {
      let isDone = false;
      callOff = inTurn(() => {
        isDone = true;
        work(rich);
      });
      const isShown = asked ? element.hasChildNodes() : element.textContent === body;
      if (!isDone && !isShown) show(undefined);
    }
    return () => {
      callOff?.();
      callOffHeight?.();
      release?.();
    };
  }, [rich, body, asks.value]);

  const onPress = (event: MouseEvent): void => {
    if (rich === undefined || !(event.target instanceof Element)) return;
    const part = event.target.closest<HTMLElement>("[data-press]");
    if (part === null) return;
    // The middle button would open a link in another tab.
    event.preventDefault();
    if (part.dataset.press === "link") ask(rich, part);
    else if (event.type === "click") void copy(rich, part);
  };

  return (
    <div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the presses belong to the links and buttons inside */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links and buttons turn keys into clicks */}
      <div ref={box} dir="auto" translate={false} onClick={onPress} onAuxClick={onPress} />
      {asTyped.value === "too-much" && (
        <p class="rich-note">
          Too long or too deeply nested to be formatted: shown as it was written.
        </p>
      )}
      {asTyped.value === "heavy" && (
        <p class="rich-note">
          Shown as it was written, to keep the page quick.{" "}
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              asks.value += 1;
            }}
          >
            Format it
          </button>
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
  const text = rich.linkText(link);
  const claims = !address.mail && rich.claimsAnotherHost(text, address);
  pressed.value = { address, claim: claims ? text : undefined };
}

/** Copies what the button stands for, and says so in its own words' place. */
async function copy(rich: Rich, button: HTMLElement): Promise<void> {
  const code = button.closest(".rich-code")?.querySelector("pre");
  const text = button.dataset.address ?? (code && rich.codeText(code));
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
