/** Components that are drawn again only when something they were given is another object than before. */
import { type Component, type FunctionComponent, h } from "preact";

/**
 * `drawn`, drawn again only when a prop has changed. For small trees that are taken down as a whole: what is not drawn
 * again keeps alive what it stood beside when it was.
 */
export function memo<P extends object>(drawn: FunctionComponent<P>): FunctionComponent<P> {
  function Memo(this: Component<P>, props: P) {
    this.shouldComponentUpdate = (next) => !isSame(this.props as P, next);
    return h(drawn, props);
  }
  return Memo as FunctionComponent<P>;
}

function isSame<P extends object>(a: P, b: P): boolean {
  const keys = Object.keys(a) as (keyof P)[];
  return keys.length === Object.keys(b).length && keys.every((key) => Object.is(a[key], b[key]));
}
