/** Changes the text of a field as if it had been typed, so that the browser can undo it. */
import type { Edit, Selected } from "./formats";

/** What stands in a field, and what of it is selected. */
export function selectedIn(field: HTMLTextAreaElement): Selected {
  return { text: field.value, start: field.selectionStart, end: field.selectionEnd };
}

/** Makes the change; the field then has the focus. */
export function editText(field: HTMLTextAreaElement, { from, to, insert, select }: Edit): void {
  field.focus();
  field.setSelectionRange(from, to);
  // Deprecated, and the one way that keeps the history of what can be undone; without it, the change cannot be undone.
  const command = insert === "" ? "delete" : "insertText";
  const isDone = (from === to && insert === "") || document.execCommand(command, false, insert);
  if (!isDone) {
    field.setRangeText(insert, from, to, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.setSelectionRange(...select);
}
