/**
 * The way into a room and the room itself: with the group they are most of the code, and loaded apart from the start page,
 * when somebody sets about to enter.
 */
export { comeBack, create, join } from "./entering";
export { RoomSession } from "./room-session";
