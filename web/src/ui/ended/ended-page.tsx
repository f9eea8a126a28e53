/** The page after a room: what happened, what it means, what to do now. */
import { useEffect, useRef } from "preact/hooks";
import type { Ended, SanctuaryApp } from "../../session/types";
import { endedWords } from "../words/ended";
import "../parts/button.css";
import "../start/start-page.css";
import "./ended-page.css";

interface EndedPageProps {
  readonly app: SanctuaryApp;
  readonly why: Ended;
}

export function EndedPage({ app, why }: EndedPageProps) {
  const { title, meaning, next } = endedWords(why);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [why]);
  return (
    <main class="page ended">
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      <p>{meaning}</p>
      <p>{next}</p>
      <p>
        <button type="button" class="button button-primary" onClick={() => app.startOver()}>
          Start over
        </button>
      </p>
    </main>
  );
}
