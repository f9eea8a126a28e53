/**
 * Keeps what is typed into a field from being kept, corrected, translated or sent anywhere by the browser, the keyboard or a
 * password manager.
 *
 * Invariants:
 * - `autocomplete="off"` stands on every such field and its form: browsers then leave it out of form history and out of the
 *   session file they write to disk.
 * - Passwords are text fields drawn as dots, not password fields: browsers offer to save what is in a password field
 *   whatever `autocomplete` says, and one wrong tap would keep the room's password on the device.
 */

const ATTRIBUTES: Readonly<Record<string, string>> = {
  autocomplete: "off",
  autocorrect: "off",
  autocapitalize: "off",
  spellcheck: "false",
  writingsuggestions: "false",
  translate: "no",
  // Password managers that live in the page: 1Password, LastPass, Bitwarden, Dashlane, Proton Pass.
  "data-1p-ignore": "",
  "data-lpignore": "true",
  "data-bwignore": "",
  "data-form-type": "other",
  "data-protonpass-ignore": "",
};

/** A `ref` for fields whose text is secret. Attributes, not properties: some of these properties take no words. */
export function keepSecret(field: Element | null): void {
  if (field === null) return;
  for (const [name, value] of Object.entries(ATTRIBUTES)) field.setAttribute(name, value);
}

/** Whether this browser can draw a text field as dots; where not, a password field has to do. */
export const drawsDots: boolean =
  typeof CSS !== "undefined" && CSS.supports("-webkit-text-security", "disc");
