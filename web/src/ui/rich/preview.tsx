/** A message before it is sent: as the others will see it, and what of it they will not. */
import { useMemo } from "preact/hooks";
import { lossWords } from "../words/losses";
import { richLayer } from "./loader";
import { RichText } from "./rich-text";
import "./preview.css";

export function Preview({ body }: { readonly body: string }) {
  const rich = richLayer().value;
  const rendered = useMemo(() => rich?.render(body), [rich, body]);
  const losses = rendered?.losses ?? [];
  return (
    <section class="preview" aria-label="Preview">
      <div class="preview-message">
        <RichText body={body} whole />
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
          {rendered?.moreLosses && " and more"}.
        </div>
      )}
    </section>
  );
}
