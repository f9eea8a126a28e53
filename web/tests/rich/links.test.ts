/** What a link claims to lead to is all of its text, and nothing of what we put there. */
import { expect, test } from "vitest";
import { addressOf, claimsAnotherHost } from "../../src/rich/address";
import { linkText } from "../../src/rich/dress";

/** As much of a link in a page as is looked at. */
const link = (...parts: (string | [name: string, text: string])[]) => {
  const nodes = parts.map((part) =>
    typeof part === "string" ? { textContent: part } : { className: part[0], textContent: part[1] },
  );
  return { childNodes: nodes } as unknown as Pick<Node, "childNodes">;
};

test("formatting does not hide what a link claims", () => {
  const address = addressOf("https://elsewhere.example/");
  if (address === undefined) throw new Error("no address");
  const formatted = link("b", ["", "ank.example"], ["rich-host", "elsewhere.example"]);
  expect(linkText(formatted)).toBe("bank.example");
  expect(claimsAnotherHost(linkText(formatted), address)).toBe(true);
});

test("the host and the warning that we add are no claim", () => {
  const papers = link("papers", ["rich-host", "example.org"], ["rich-doubt", "not the address"]);
  expect(linkText(papers)).toBe("papers");
});
