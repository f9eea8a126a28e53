/** Whether a room takes newcomers (section 5.9): a value that both sides send. */
import { type Field, oneOf } from "./field";

export type RoomLock = "open" | "locked";
export const roomLock: Field<RoomLock> = oneOf("open", "locked");
