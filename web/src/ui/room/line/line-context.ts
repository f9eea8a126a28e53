/** What the lines of a conversation need beside their own words. */
import type { RoomView } from "../../session/types";

export interface LineContext {
  readonly self: RoomView["self"];
  /** What waits for it is marked so. */
  readonly connection: RoomView["connection"];
  /** Aliases that more than one person bears: their words are shown beside them. */
  readonly shared: ReadonlySet<string>;
  readonly onResend: (key: string) => void;
  readonly onInvite: () => void;
}
