/** A page that only waits, and says for what. */
import "../start/start-page.css";
import "../ended/ended-page.css";

export function Waiting({ words }: { readonly words: string }) {
  return (
    <main class="page ended" tabIndex={-1}>
      <p role="status">{words} …</p>
    </main>
  );
}
