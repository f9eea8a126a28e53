/** How far an own message came, in words: short ones for its mark, whole sentences where something is to be known or done. */
import type { Delivery } from "../../session/types";

/** How a message stands: `waiting` is what is on its way while there is no connection. */
export type Standing = Delivery | "waiting";

/** What the mark of a message says. */
export function deliveryWords(standing: Standing): string {
  switch (standing) {
    case "sending":
      return "Sending";
    case "waiting":
      return "Waiting for the connection";
    case "sent":
      return "Sent";
    case "everyone":
      return "Everyone here has it";
    case "missed":
      return "Sent, but somebody here may have missed it";
    case "failed":
      return "Not sent";
    case "too-large":
      return "Not sent: too long for this server";
  }
}

/** Said once below messages that somebody may have missed. */
export const MISSED =
  "Somebody here may have missed this: they were away too long, or reloaded the page.";

/** Said below a message that did not go out. */
export const FAILED = "This was not sent.";

/** Said below a message that the relay does not take for its size: sending it again would not help. */
export const TOO_LARGE = "This was not sent: it is too long for this server. Send it in parts.";
