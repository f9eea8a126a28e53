/** Loads what formats messages apart from the room, which can be used without: messages then stand as they were typed. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type * as RichLayer from "../../rich";

export type Rich = typeof RichLayer;

const loaded = signal<Rich | undefined>(undefined);
let loading = false;

/** The layer, once it has come; asking for it fetches it. A failed fetch is tried again at the next message. */
export function richLayer(): ReadonlySignal<Rich | undefined> {
  if (!loading) {
    loading = true;
    import("../../rich").then(
      (layer) => {
        loaded.value = layer;
      },
      () => {
        loading = false;
      },
    );
  }
  return loaded;
}
