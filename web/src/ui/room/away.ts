/** Who has been away for longer than a blink of their network, which is not worth a word. Pure but for what it is given to keep. */
import type { Person } from "../../session/types";

/** In milliseconds. */
const BLINK_MS = 10_000;

/**
 * Ids of those, in one text. `since` keeps what was left of the room's time when each went; to be called with what is left now,
 * whenever that or the people change.
 */
export function longAway(
  since: Map<string, number>,
  people: readonly Person[],
  leftMs: number,
): string {
  const away = people.filter(({ presence }) => presence === "away").map(({ id }) => id);
  for (const id of since.keys()) if (!away.includes(id)) since.delete(id);
  return away
    .filter((id) => {
      const left = since.get(id) ?? leftMs;
      since.set(id, left);
      return left - leftMs >= BLINK_MS;
    })
    .join();
}
