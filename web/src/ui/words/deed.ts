/**
 * What somebody does, told as a sentence that begins with their alias: "Ada waves". Pure.
 *
 * The alias is part of the message: so it reads the same in every client, where it is copied, found and answered, and whoever
 * writes it sees it in the preview.
 */

/** What Markdown and HTML would take for their own. */
const MARKS = /[!-&(-+/:-@[-`{-~]|\.(?=\S)/g;

const literally = (alias: string): string => alias.replace(MARKS, "\\$&");

/** The message that tells it; "" if there is nothing to tell. */
export function deed(alias: string, what: string): string {
  if (what === "") return "";
  const sentence = `${literally(alias)} ${what}`;
  return /[*\n\\`]/.test(what) ? `<em>${sentence}</em>` : `*${sentence}*`;
}

/** Whether a message of somebody with that alias begins with it by itself: it need not be said before it. */
export function isDeed(alias: string, body: string): boolean {
  return ["*", "<em>"].some((mark) => body.startsWith(`${mark}${literally(alias)} `));
}
