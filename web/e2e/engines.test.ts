/** Browsers that lack something the page would like to use: everything works in them all the same. */
import { expect, test } from "vitest";
import { launchChromium, openTab } from "./harness/browser";
import { openHouse } from "./harness/house";
import { Person } from "./harness/person";

const house = openHouse();

/** As browsers are that know no Ed25519: Chromium before 137, Firefox before 129. */
function takeEd25519Away(): void {
  const subtle = SubtleCrypto.prototype;
  const nameOf = (algorithm: AlgorithmIdentifier) =>
    typeof algorithm === "string" ? algorithm : algorithm.name;
  const refuse = () =>
    Promise.reject(new DOMException("Algorithm: Unrecognized name", "NotSupportedError"));
  // Where each method names the algorithm.
  const methods = { generateKey: 0, sign: 0, verify: 0, importKey: 2 } as const;
  for (const [method, at] of Object.entries(methods)) {
    const real = Reflect.get(subtle, method);
    Reflect.set(subtle, method, function (this: SubtleCrypto, ...given: AlgorithmIdentifier[]) {
      const algorithm = given[at];
      if (algorithm !== undefined && /^ed25519$/i.test(nameOf(algorithm))) return refuse();
      return Reflect.apply(real, this, given);
    });
  }
}

test("a browser whose WebCrypto has no Ed25519 is enough, to create a room as to join one", async () => {
  const [ada, ben, cleo] = await house.people(3);
  for (const { page } of [ada, ben]) await page.addInitScript(takeEd25519Away);
  const invitation = await ada.create(house.origin, { alias: "Ada" });
  const refused = ada.page.evaluate(() => crypto.subtle.generateKey("Ed25519", true, ["sign"]));
  await expect(refused).rejects.toThrow(/NotSupportedError/);

  await ben.join(invitation, "Ben");
  await cleo.join(invitation, "Cleo");
  for (const [from, text] of [
    [ada, "signed by a library"],
    [ben, "by the same library elsewhere"],
    [cleo, "by the browser"],
  ] as const) {
    await from.say(text);
    for (const person of [ada, ben, cleo]) await person.sees(text);
  }
  // Whoever lacks it loads the library, and nobody else does.
  const loads = ({ page }: Person) =>
    page.evaluate(() =>
      performance.getEntriesByType("resource").some(({ name }) => /ed25519-fallback/.test(name)),
    );
  expect(await Promise.all([ada, ben, cleo].map(loads))).toEqual([true, true, false]);
  await ben.page.reload();
  await ben.isInside();
  await ben.say("back by the library");
  await ada.sees("back by the library");
});

/** Of all tests the slowest: the password's key alone takes each of them up to half a minute. */
test("a room can be made and lived in without WebAssembly and just-in-time compilers on any side", {
  timeout: 300_000,
}, async () => {
  // As Tor Browser at its "Safer" level and iOS in Lockdown Mode run pages.
  const browser = await launchChromium(["--js-flags=--jitless"]);
  const person = async () => {
    const page = await openTab(browser, house.watch);
    page.setDefaultTimeout(120_000);
    return new Person(page);
  };
  try {
    const [ada, ben] = [await person(), await person()];
    const invitation = await ada.create(house.origin, { alias: "Ada" });
    expect(await ada.page.evaluate(() => typeof WebAssembly)).toBe("undefined");
    await ben.join(invitation, "Ben");
    await ben.say("slow, but here");
    await ada.sees("slow, but here");
    await ada.say("slow here too");
    await ben.sees("slow here too");
  } finally {
    await browser.close();
  }
});
