/** What is built in: the packages of Cargo.lock and of the lock files of npm, with licence and source. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Every package that any build on any system would use. */
export function cargoPackages(root) {
  const args = ["metadata", "--locked", "--format-version", "1"];
  const offline = spawnSync("cargo", [...args, "--offline"], { cwd: root, encoding: "utf8", maxBuffer: 256 << 20 });
  const { status, stdout, stderr } =
    offline.status === 0 ? offline : spawnSync("cargo", args, { cwd: root, encoding: "utf8", maxBuffer: 256 << 20 });
  if (status !== 0) throw new Error(`cargo metadata fails: ${stderr}`);
  return JSON.parse(stdout).packages.map(({ name, version, license, source }) => ({
    kind: "cargo",
    name,
    version,
    licence: license ?? "",
    source: source ?? "local",
    isTool: false,
    isWhole: true,
  }));
}

/** The packages that a lock file of npm names. One without a hash of its content counts as not whole. */
export function npmPackages(root, folder) {
  const { packages } = JSON.parse(readFileSync(join(root, folder, "package-lock.json"), "utf8"));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { version, license, resolved, integrity, dev, optional, hasInstallScript }]) => ({
      kind: "npm",
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      licence: license ?? "",
      // Lock files without addresses (`omit-lockfile-registry-resolved`) mean the registry.
      source: resolved ?? "https://registry.npmjs.org/",
      isTool: dev === true,
      // Of a tool, for one system only: installed nowhere else.
      isOptional: optional === true,
      isWhole: /^sha512-/.test(integrity ?? ""),
      wantsScript: hasInstallScript === true,
    }));
}
