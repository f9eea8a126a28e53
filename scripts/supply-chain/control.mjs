/** The control: the checks must find what is made up here, or they prove nothing. */
import assert from "node:assert/strict";
import { applying, parse } from "./advisories.mjs";
import { hashedCrates, parseRequirements, pipFile } from "./packages.mjs";
import * as policy from "./policy.mjs";
import { faults } from "./rules.mjs";
import { isAllowed } from "./spdx.mjs";
import { compare, meets } from "./versions.mjs";

const good = {
  kind: "cargo",
  name: "good",
  version: "1.0.0",
  licence: "MIT OR GPL-2.0-only",
  source: policy.sources.cargo,
  isTool: false,
  isWhole: true,
};

const advisory = (versions) => `\`\`\`toml
[advisory]
id = "RUSTSEC-0000-0000"
package = "good"
[versions]
${versions}
\`\`\`
# A made-up one
`;

/** Throws if a check would miss what it is for. */
export function control() {
  const { licences } = policy;
  for (const allowed of ["MIT", "MIT/GPL-2.0-only", "(MIT OR X) AND ISC", "Apache-2.0 WITH LLVM-exception"]) {
    assert(isAllowed(allowed, licences), allowed);
  }
  for (const refused of ["", "GPL-2.0-only", "MIT AND X", "(MIT", "MIT ISC", "OR", "GPL-2.0-only WITH LLVM-exception"]) {
    assert(!isAllowed(refused, licences), refused);
  }

  assert.deepEqual(faults([good], policy), []);
  for (const bad of [
    { ...good, licence: "SSPL-1.0" },
    { ...good, source: "git+https://example.org/good" },
    { ...good, source: "local" },
    { ...good, name: "openssl" },
    { ...good, isWhole: false },
    { ...good, isWhole: false, isOptional: true },
    { ...good, wantsScript: true },
  ]) {
    assert.equal(faults([bad], policy).length, 1, JSON.stringify(bad));
  }

  assert.deepEqual(faults([{ ...good, name: "openssl", isTool: true, isApart: true }], policy), []);

  const hash = "0123456789abcdef".repeat(4);
  const crate = (rest) => `[[package]]\nname = "good"\nversion = "1.0.0"\nsource = "registry"\n${rest}\n`;
  assert(hashedCrates(crate(`checksum = "${hash}"`)).has("good 1.0.0"));
  for (const bad of ["", 'checksum = "0123"', 'dependencies = [\n "other",\n]']) assert.equal(hashedCrates(crate(bad)).size, 0, bad);

  const hashes = `--hash=sha256:${hash} \\\n    --hash=sha256:${hash}`;
  const pip = parseRequirements(`# a remark\nh11==0.16.0 \\\n    ${hashes}\nidna==3.20 ${hashes}\n`);
  assert.deepEqual(pip.map(({ name, version, isWhole }) => [name, version, isWhole]), [
    ["h11", "0.16.0", true],
    ["idna", "3.20", true],
  ]);
  assert.deepEqual(faults(pip, policy), []);
  for (const bad of ["h11==0.16.0", `h11>=0.16.0 ${hashes}`, `h11 @ https://example.org/h11 ${hashes}`, `unknown==1.0 ${hashes}`, "-r other.txt"]) {
    assert.notDeepEqual(faults(parseRequirements(bad), policy), [], bad);
  }
  assert.equal(pipFile("pip install --quiet --require-hashes --requirement a/b.txt"), "a/b.txt");
  for (const bad of ["pip install --requirement a.txt", "pip install --require-hashes h11", "pip install h11"]) {
    assert.throws(() => pipFile(bad), bad);
  }

  for (const [a, b] of [["1.0.0-rc.1", "1.0.0"], ["1.0.0-rc.2", "1.0.0-rc.10"], ["1.9.0", "1.10.0"], ["0.9.9", "1.0.0"]]) {
    assert.equal(compare(a, b), -1, `${a} < ${b}`);
    assert.equal(compare(b, a), 1, `${b} > ${a}`);
  }
  for (const [version, requirement, expected] of [
    ["1.2.3", ">= 1.2.3", true],
    ["1.2.3", "< 1.2.3", false],
    ["1.2.3", ">= 1.0, < 1.2", false],
    ["1.4.0", "^1.2", true],
    ["0.3.0", "^0.2.5", false],
    ["0.2.9", "0.2.5", true],
    ["1.3.0", "~1.2", false],
    ["1.2.3", "who knows", false],
  ]) {
    assert.equal(meets(version, requirement), expected, `${version} ${requirement}`);
  }

  const finds = (versions, changes = {}) => applying([{ ...parse(advisory(versions), "made up"), ...changes }], [good]).length;
  assert.equal(finds('patched = [">= 1.0.1"]'), 1, "affected");
  assert.equal(finds("patched = []"), 1, "never patched");
  assert.equal(finds('patched = [\n  ">= 1.0.0",\n]'), 0, "patched");
  assert.equal(finds('patched = []\nunaffected = ["< 2"]'), 0, "unaffected");
  assert.equal(finds("patched = []", { isWithdrawn: true }), 0, "withdrawn");
}
