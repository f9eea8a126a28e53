/** Stands in for the `linkify-it` package inside markdown-it, which makes one and is told not to use it: `links.ts` finds links. */
export class LinkifyIt {}
