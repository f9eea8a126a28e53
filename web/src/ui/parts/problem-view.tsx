/** A problem on its way to the form: which field it stands at, its words, and how long to wait. */
import type { ComponentChildren } from "preact";
import type { Problem } from "../../session/types";
import { type ProblemField, problemWords } from "../words/problems";
import { spoken } from "../words/time";
import { useWait } from "./waiting";

export interface ProblemView {
  /** What stands at a field; undefined if the problem is not there. */
  readonly at: (field: ProblemField) => ComponentChildren;
  /** True and new when the field should take the focus. */
  readonly focus: (field: ProblemField) => unknown;
  /** What stands at the form itself. */
  readonly atForm: ComponentChildren;
  /** Trying again is of no use yet. */
  readonly waits: boolean;
}

/** The view of `problem` for one form that shows the fields `fields`; what stands at none of them stands at the form. */
export function useProblem(
  problem: Problem | undefined,
  fields: readonly ProblemField[],
): ProblemView {
  const words = problem === undefined ? undefined : problemWords(problem);
  const wait = useWait(problem, words?.retryAfterMs ?? 0);
  const here = words?.field !== undefined && fields.includes(words.field) ? words.field : undefined;
  const text =
    words === undefined ? undefined : wait > 0 ? (
      <>
        {words.text} {/* Who hears the page is told once, not every second. */}
        <span class="numbers" aria-hidden="true">
          You can try again in {spoken(wait)}.
        </span>
        <span class="unseen">You can try again in {spoken(words.retryAfterMs)}.</span>
      </>
    ) : (
      words.text
    );
  return {
    at: (field) => (field === here ? text : undefined),
    focus: (field) => (field === here ? problem : undefined),
    atForm: words !== undefined && here === undefined ? text : undefined,
    waits: wait > 0,
  };
}
