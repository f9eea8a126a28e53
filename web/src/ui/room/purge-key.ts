/**
 * The key that purges: pressed once it asks, pressed again it confirms.
 *
 * Alt+Shift+P is taken by no current browser, on no system. The physical key counts as well as the letter: with Alt,
 * macOS types another character.
 */

/** As people read it. */
export const PURGE_KEY_WORDS = "Alt+Shift+P";

/** True for a fresh press of the key; holding it down repeats nothing. */
export function isPurgeKey(event: KeyboardEvent): boolean {
  if (event.repeat || !event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey)
    return false;
  return event.code === "KeyP" || event.key.toLowerCase() === "p";
}
