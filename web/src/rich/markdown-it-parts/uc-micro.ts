/** Stands in for the `uc.micro` package inside markdown-it: the classes of characters that browsers know themselves. */
export const P = /\p{P}/u;
export const S = /\p{S}/u;
