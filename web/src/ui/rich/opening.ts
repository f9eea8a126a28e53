/** The link that somebody has pressed and not yet confirmed; at most one. */
import { signal } from "@preact/signals";
import type { Address } from "../../rich/address";

export interface Pressed {
  readonly address: Address;
  /** What the link says it is, where that names another host. */
  readonly claim: string | undefined;
}

export const pressed = signal<Pressed | undefined>(undefined);
