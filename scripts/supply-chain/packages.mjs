/** What is built in or built with: the packages of all lock files, those of Cargo, npm and pip, with licence and source. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { licencesByHand, sources } from "./policy.mjs";

/** Lock files of what the product consists of or is built with. The others are of tools that stand apart. */
const ours = new Set(["Cargo.lock", "web/package-lock.json"]);

/** Folders of which nothing is ours, or nothing is kept. */
const notOurs = new Set([".git", "dist", "node_modules", "target", "tmp"]);

/** How lock files are called. What pip installs from has no name of its own: those are the ones that the Makefile names. */
const readers = { "Cargo.lock": cargoPackages, "package-lock.json": npmPackages };

/** The packages of all lock files that there are. What no build of the product uses is a tool. */
export function allPackages(root) {
  const files = lockFiles(root);
  const packages = files.flatMap((file) => (readers[basename(file)] ?? pipPackages)(root, file));
  // The fuzz targets are a workspace of their own, which names the crates of the product again.
  const known = new Map();
  for (const p of packages.sort((a, b) => a.isTool - b.isTool)) {
    const key = [p.kind, p.name, p.version, p.source, p.isWhole].join(" ");
    if (p.kind !== "cargo" || !known.has(key)) known.set(p.kind === "cargo" ? key : Symbol(key), p);
  }
  return { files, packages: [...known.values()] };
}

/** Where lock files stand, from the root on. */
export function lockFiles(root) {
  const pip = [...readFileSync(join(root, "Makefile"), "utf8").matchAll(/pip install .*/g)].map(([line]) => pipFile(line));
  const walk = (folder) =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.isDirectory()) return notOurs.has(entry.name) ? [] : walk(join(folder, entry.name));
      return Object.hasOwn(readers, entry.name) ? [relative(root, join(folder, entry.name))] : [];
    });
  return [...walk(root), ...pip];
}

/** What pip is told to install from, and only by hash. */
export function pipFile(line) {
  const [, file] = /^pip install .*--require-hashes --requirement (\S+)$/.exec(line) ?? [];
  if (file === undefined) throw new Error(`pip is to install by hash from one file: ${line}`);
  return file;
}

/** Every package that any build on any system would use. One without a hash of its content counts as not whole. */
function cargoPackages(root, file) {
  const args = ["metadata", "--locked", "--format-version", "1"];
  const options = { cwd: join(root, dirname(file)), encoding: "utf8", maxBuffer: 256 << 20 };
  const offline = spawnSync("cargo", [...args, "--offline"], options);
  const { status, stdout, stderr } = offline.status === 0 ? offline : spawnSync("cargo", args, options);
  if (status !== 0) throw new Error(`cargo metadata fails for ${file}: ${stderr}`);
  const hashed = hashedCrates(readFileSync(join(root, file), "utf8"));
  return JSON.parse(stdout).packages.map(({ name, version, license, source }) => ({
    kind: "cargo",
    name,
    version,
    licence: license ?? "",
    source: source ?? "local",
    isTool: !ours.has(file),
    isApart: !ours.has(file),
    isWhole: source === null || hashed.has(`${name} ${version}`),
  }));
}

/** The crates of which a lock file of Cargo has a hash. */
export function hashedCrates(text) {
  const hashed = /^name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "[0-9a-f]{64}"$/gm;
  return new Set([...text.matchAll(hashed)].map(([, name, version]) => `${name} ${version}`));
}

/** The packages that a lock file of npm names. One without a hash of its content counts as not whole. */
function npmPackages(root, file) {
  const { packages } = JSON.parse(readFileSync(join(root, file), "utf8"));
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, p]) => ({ ...p, name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length) }))
    .map(({ name, version, license, resolved, integrity, dev, optional, hasInstallScript }) => ({
      kind: "npm",
      name,
      version,
      licence: license ?? licencesByHand.npm[name] ?? "",
      // Lock files without addresses (`omit-lockfile-registry-resolved`) mean the registry.
      source: resolved ?? "https://registry.npmjs.org/",
      isTool: dev === true || !ours.has(file),
      isApart: !ours.has(file),
      // Of a tool, for one system only: installed nowhere else.
      isOptional: optional === true,
      isWhole: /^sha512-/.test(integrity ?? ""),
      wantsScript: hasInstallScript === true,
    }));
}

const pipPackages = (root, file) => parseRequirements(readFileSync(join(root, file), "utf8"));

/** What a file for pip names. Whatever is not one version with its hashes is not whole. */
export function parseRequirements(text) {
  const lines = text.replaceAll("\\\n", " ").split("\n").map((line) => line.trim());
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = line, version = ""] = /^([\w.-]+)==([\w.]+)(?:\s+--hash=sha256:[0-9a-f]{64})+$/.exec(line) ?? [];
      const isWhole = version !== "";
      return {
        kind: "pip",
        name,
        version,
        licence: licencesByHand.pip[name] ?? "",
        source: isWhole ? sources.pip : "elsewhere",
        isTool: true,
        isApart: true,
        isWhole,
      };
    });
}
