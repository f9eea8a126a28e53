/** Holds packages to the policy. */
import { isAllowed } from "./spdx.mjs";

/**
 * A tool for a system that the lock file was not made on, whose hash the registry in use then did not have. It is named,
 * and is no fault: what is given on is made on Linux.
 */
export const isForOtherSystems = (p) => !p.isWhole && p.isTool && p.isOptional === true;

/** What is wrong with these packages, one line each. */
export function faults(packages, { licences, licencesOfTools, sources, bans, wantScripts }) {
  return packages.flatMap((p) => {
    const name = `${p.kind} ${p.name} ${p.version}`;
    const wrong = [];
    const allowed = p.isTool ? licencesOfTools : licences;
    if (!isAllowed(p.licence, allowed)) wrong.push(`its licence, "${p.licence}", is not one of those allowed`);
    if (p.source !== "local" && !p.source.startsWith(sources[p.kind])) wrong.push(`it comes from ${p.source}`);
    if (p.source === "local" && !/^sanctuary(-|$)/.test(p.name)) wrong.push("it is local and not ours");
    if (!p.isWhole && !isForOtherSystems(p)) wrong.push("the lock file has no hash of its content");
    if (p.wantsScript && !wantScripts.has(p.name)) wrong.push("it wants to run a script when it is installed");
    const ban = !p.isApart && Object.hasOwn(bans[p.kind], p.name) ? bans[p.kind][p.name] : undefined;
    if (ban !== undefined) wrong.push(`it is banned: ${ban}`);
    return wrong.map((reason) => `${name}: ${reason}`);
  });
}
