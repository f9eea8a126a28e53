/** What goes on while creating or joining, in words. */
import type { Step } from "../../session/types";

/** One calm line for each step. */
export function stepWords(step: Step): string {
  switch (step.name) {
    case "loading":
      return "Getting what the room needs";
    case "deriving-keys":
      return "Making keys from the password";
    case "connecting":
      return "Connecting";
    case "asking-to-join":
      return "Showing the server that you know the password";
    case "working":
      return "The server is very busy. Your device does some work to be let in, which keeps floods out";
    case "waiting-for-turn":
      return "Waiting for your turn to come in";
    case "entering":
      return "Entering";
  }
}
