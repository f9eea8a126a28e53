/**
 * A message before it is sent: as the others will see it, and what of it they will not.
 *
 * Invariant: each text is formatted once, when it is its turn; until then what stands there stays.
 */
import { useSignal } from "@preact/signals";
import type { Rendered } from "../../rich";
import { lossWords } from "../words/losses";
import { RichText } from "./rich-text";
import "./preview.css";

export function Preview({ body }: { readonly body: string }) {
  const lost = useSignal<Pick<Rendered, "losses" | "moreLosses"> | undefined>(undefined);
  const losses = lost.value?.losses ?? [];
  return (
    <section class="preview" aria-label="Preview">
      <div class="preview-message">
        <RichText
          body={body}
          whole
          onRendered={({ losses, moreLosses }) => {
            // Without the nodes: they are in the page, and go with it.
            lost.value = { losses, moreLosses };
          }}
        />
      </div>
      {losses.length > 0 && (
        <div class="preview-losses" role="status">
          Left out when it is shown:{" "}
          {losses.map((loss, i) => (
            <span key={lossWords(loss)}>
              {i > 0 && ", "}
              <code>{lossWords(loss)}</code>
            </span>
          ))}
          {lost.value?.moreLosses && " and more"}.
        </div>
      )}
    </section>
  );
}
