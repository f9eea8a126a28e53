/** What the author of a message is told about what readers will not see of it. */
import type { Loss } from "../../rich/losses";

/** One loss, as it was typed. */
export function lossWords({ kind, what }: Loss): string {
  switch (kind) {
    case "element":
      return `<${what}>`;
    case "attribute":
      return `${what}=…`;
    case "style":
      return what;
    case "address":
      return `the link to ${what}`;
  }
}
