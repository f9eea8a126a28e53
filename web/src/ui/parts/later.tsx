/** Components that are loaded when they are first shown. */
import { signal } from "@preact/signals";
import { type FunctionComponent, h } from "preact";
import { arrival, hurry } from "./arrival";

/** A component that stands for the one that `load` brings. As long as that does not arrive, it says so. */
export function later<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
): FunctionComponent<P> {
  const loaded = signal<FunctionComponent<P> | "failed" | undefined>(undefined);
  let loading = false;
  const fetch = (): void => {
    if (loading) return;
    loading = true;
    arrival(load, () => {
      loaded.value = "failed";
    }).then((component) => {
      loaded.value = component;
    });
  };
  return (props: P) => {
    const component = loaded.value;
    if (component === undefined) fetch();
    if (typeof component === "function") return h(component, props);
    if (component === undefined) return null;
    return h(
      "p",
      { class: "later-failed", role: "alert" },
      "A part of this page did not arrive yet. ",
      h("button", { type: "button", class: "button button-small", onClick: hurry }, "Try again"),
    );
  };
}
