/** The key that searches what is on the screen; Ctrl+F stays the browser's. */

/** As people read it. */
export const SEARCH_KEY_WORDS = "Ctrl+Shift+F";

export function isSearchKey(event: KeyboardEvent): boolean {
  const isControl = event.ctrlKey !== event.metaKey;
  return isControl && event.shiftKey && !event.altKey && event.key.toLowerCase() === "f";
}
