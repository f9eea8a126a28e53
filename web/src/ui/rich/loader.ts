/** Loads what formats messages apart from the room, which can be used without: messages then stand as they were typed. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type * as RichLayer from "../../rich";
import { arrival } from "../parts/arrival";

export type Rich = typeof RichLayer;

const loaded = signal<Rich | undefined>(undefined);
let loading = false;

/** The layer, once it has come; asking for it fetches it. */
export function richLayer(): ReadonlySignal<Rich | undefined> {
  if (!loading) {
    loading = true;
    arrival(
      () => import("../../rich"),
      () => {},
    ).then((layer) => {
      loaded.value = layer;
    });
  }
  return loaded;
}
