/** Tells, at the top of the conversation and once aloud, that its beginning is no longer kept. */
import type { ReadonlySignal } from "@preact/signals";

export function LetGoNote({ letGo }: { readonly letGo: ReadonlySignal<boolean> }) {
  return (
    <div role="status">
      {letGo.value && <p class="beginning">Older messages were let go, to keep this tab light.</p>}
    </div>
  );
}
