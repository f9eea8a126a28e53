/**
 * Where links may lead: complete http, https and mailto addresses. Anything else, relative addresses too, is no link.
 */
import { MAX_ADDRESS_UNITS } from "./limits";

export interface Address {
  /** As the browser writes it. */
  readonly href: string;
  /** The host as the network knows it (ASCII), with a port that is not the usual one; for mail the whole address. */
  readonly host: string;
  readonly mail: boolean;
  /** The host has labels in punycode: it may look like another one. */
  readonly disguised: boolean;
  /** Something stands before the host that could be taken for it. */
  readonly decoy: boolean;
}

const MAIL = /^mailto:([^?#@\s]{1,64}@[a-z0-9.-]{1,253})(?:[?#]|$)/i;

/** The address that `text` means, or undefined when a link may not lead there. */
export function addressOf(text: string): Address | undefined {
  if (text.length > MAX_ADDRESS_UNITS) return undefined;
  const mail = MAIL.exec(text.trim())?.[1];
  if (mail !== undefined) {
    // Subject, text and copies of a mail are not the author's to fill in.
    const href = `mailto:${mail}`;
    return { href, host: mail, mail: true, disguised: isDisguised(mail), decoy: false };
  }
  if (!/^https?:\/\//i.test(text.trim())) return undefined;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if ((url.protocol !== "https:" && url.protocol !== "http:") || url.host === "") return undefined;
  return {
    href: url.href,
    host: url.host,
    mail: false,
    disguised: isDisguised(url.hostname),
    decoy: url.username !== "" || url.password !== "",
  };
}

function isDisguised(host: string): boolean {
  return /(?:^|[.@])xn--/i.test(host);
}

/** A text that reads like an address or a host: what a reader takes a link to be. */
const CLAIM = /^\s*(?:https?:\/\/)?((?:[\p{L}\p{N}-]{1,63}\.){1,10}\p{L}{2,24})(?=[/:?#\s]|$)/iu;

/** Whether the text of a link names a host, and not the one it leads to. */
export function claimsAnotherHost(text: string, address: Address): boolean {
  const claimed = CLAIM.exec(text.slice(0, MAX_ADDRESS_UNITS))?.[1]?.toLowerCase();
  if (claimed === undefined) return false;
  const bare = (host: string) => host.replace(/^www\./, "").replace(/:\d+$/, "");
  return bare(claimed) !== bare(address.host.toLowerCase());
}
