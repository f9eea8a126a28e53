/**
 * The session layer: everything between the relay and the user interface. The user interface sees plain data and
 * signals (`types.ts`) and the one object that `createApp` makes. Imports wire, connection and e2ee; knows no DOM but
 * what stands in `browser.ts`.
 */
export { generatePassword, isEmoji, MAX_BURN_S, MAX_REACTIONS } from "../e2ee";
export { createApp } from "./app";
export { type Mention, MentionSearch } from "./mentions";
export { aliasSkeleton } from "./skeleton";
export * from "./types";
