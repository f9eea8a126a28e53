/** A refreshed tab on its way back into its room: what is being done, and a way to give it up. */
import type { SanctuaryApp } from "../../session/types";
import { problemWords } from "../words/problems";
import { stepWords } from "../words/steps";
import "../parts/button.css";
import "../start/start-page.css";
import "../ended/ended-page.css";

export function ReturningPage({ app }: { readonly app: SanctuaryApp }) {
  const step = app.step.value;
  const problem = app.problem.value;
  return (
    <main class="page ended" tabIndex={-1}>
      <h1>Coming back to the room</h1>
      <p role="status">
        {problem?.name === "no-connection"
          ? "No connection to the server. This goes on by itself as soon as there is one."
          : problem
            ? problemWords(problem).text
            : `${step ? stepWords(step) : "Connecting"} …`}
      </p>
      <p>
        <button type="button" class="button" onClick={() => app.cancel()}>
          Cancel
        </button>
      </p>
    </main>
  );
}
