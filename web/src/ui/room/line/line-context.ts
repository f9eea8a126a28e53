/** What the lines of a conversation need beside their own words. */
import type { RoomView } from "../../../session/types";

export interface LineContext {
  readonly self: RoomView["self"];
  /** What waits for it is marked so. */
  readonly connection: RoomView["connection"];
  /** Those who may be mentioned. */
  readonly people: RoomView["people"];
  readonly find: RoomView["find"];
  readonly react: RoomView["react"];
  readonly noteSight: RoomView["noteSight"];
  /** Aliases that more than one person bears: their words are shown beside them. */
  readonly shared: ReadonlySet<string>;
  readonly onResend: (key: string) => void;
  readonly onInvite: () => void;
  /** Shows the line of that key. */
  readonly onGo: (key: string) => void;
}
