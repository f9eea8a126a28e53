/** The one way in which something that a person wanted comes to nothing. */

/** Something was not done, since this tab's part in the room ended before, or something else took its place. */
export class RoomOver extends Error {
  override readonly name = "RoomOver";

  constructor() {
    super("the room ended before this was done, or something else took its place");
  }
}
