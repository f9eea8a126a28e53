/**
 * What an alias looks like: two that share a skeleton are to be told apart by their words, however they are spelled.
 * Only for comparing (Unicode UAX #15 and "Default_Ignorable_Code_Point" of UAX #44); never shown, never sent. Letters of
 * different scripts that look alike are beyond it: the words and marks tell those apart.
 */

/** Characters that leave nothing to see, or nothing but space. U+2800 is a Braille pattern without dots. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\u2800]/gu;

/** The skeleton of an alias; empty if nothing of it can be seen. */
export function aliasSkeleton(alias: string): string {
  return alias.normalize("NFKD").toLowerCase().normalize("NFKC").replace(UNSEEN, "");
}
