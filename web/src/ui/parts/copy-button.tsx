/** A button that copies a text and says so in place, without changing its size. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** How long the confirmation stands, in milliseconds. */
const CONFIRMED_MS = 2_000;

type Outcome = "idle" | "copied" | "failed";

interface CopyButtonProps {
  readonly label: string;
  readonly text: string;
}

export function CopyButton({ label, text }: CopyButtonProps) {
  const outcome = useSignal<Outcome>("idle");

  useEffect(() => {
    if (outcome.value === "idle") return;
    const timer = setTimeout(() => {
      outcome.value = "idle";
    }, CONFIRMED_MS);
    return () => clearTimeout(timer);
  }, [outcome.value]);

  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      outcome.value = "copied";
    } catch {
      // No permission, or no secure context: the text stands beside and can be copied by hand.
      outcome.value = "failed";
    }
  };

  return (
    <>
      <button type="button" class="button button-small stacked" onClick={copy}>
        <span class={outcome.value === "idle" ? undefined : "away"}>{label}</span>
        <span class={outcome.value === "copied" ? undefined : "away"} aria-hidden="true">
          Copied
        </span>
        <span class={outcome.value === "failed" ? undefined : "away"} aria-hidden="true">
          Not copied
        </span>
      </button>
      <span class="unseen" role="status">
        {outcome.value === "copied" && "Copied"}
        {outcome.value === "failed" && "Not copied: select the text and copy it by hand"}
      </span>
    </>
  );
}
