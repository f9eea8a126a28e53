#!/usr/bin/env node
/**
 * Holds the headers of the real server to the scanner of MDN's HTTP Observatory, which must give an A+.
 *
 *   node observatory/scan.mjs PATH_OF_SANCTUARY        (make observatory)
 *
 * The server runs on this machine with TLS, under a name that is only known in this process. The control is a server
 * without any of our headers: the same scanner must fail it. No network is needed.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const NAME = "chat.sanctuary.test";
const here = dirname(fileURLToPath(import.meta.url));
const [binary, folder] = process.argv.slice(2);

/** A certificate for the name, and this script again as a process that trusts it. */
function begin() {
  const temporary = mkdtempSync(join(tmpdir(), "observatory-"));
  const [key, cert] = ["key.pem", "cert.pem"].map((file) => join(temporary, file));
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const subject = ["-days", "2", "-subj", `/CN=${NAME}`, "-addext", `subjectAltName=DNS:${NAME}`];
  try {
    execFileSync("openssl", [...request, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
    const { status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), binary, temporary], {
      stdio: "inherit",
      env: { ...process.env, NODE_EXTRA_CA_CERTS: cert, NODE_NO_WARNINGS: "1" },
    });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

/** A port that nobody listens on: the server has to know its own name and port beforehand. */
async function freePort() {
  const probe = createTcpServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

/** The real server; answers with its port and with what stops it. */
async function serve() {
  const files = ["--tls-cert", join(folder, "cert.pem"), "--tls-key", join(folder, "key.pem")];
  const port = await freePort();
  const address = ["--listen", `127.0.0.1:${port}`, "--public-url", `https://${NAME}:${port}`];
  const server = spawn(binary, ["serve", ...address, ...files], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: server.stdout })) {
    if (line.includes("https://")) return { port, stop: () => server.kill() };
  }
  throw new Error("the server did not start");
}

/** A server that sends a page and nothing that protects it. */
async function serveBare() {
  const [key, cert] = ["key.pem", "cert.pem"].map((file) => readFileSync(join(folder, file)));
  const page = "<!doctype html><script>1</script>";
  const bare = createServer({ key, cert }, (_, response) => response.setHeader("content-type", "text/html").end(page));
  bare.listen(0, "127.0.0.1");
  await once(bare, "listening");
  return { port: bare.address().port, stop: () => bare.close() };
}

async function main() {
  // What the package fetches when it is installed: nobody's host is on the list of preloaded ones then.
  const scanner = join(here, "node_modules", "@mdn", "mdn-http-observatory");
  const preloaded = join(scanner, "conf", "hsts-preload.json");
  if (!existsSync(preloaded)) writeFileSync(preloaded, "{}");
  const { lookup } = dns;
  dns.lookup = (name, options, done) => lookup(name === NAME ? "127.0.0.1" : name, options, done);
  const { scan } = await import(join(scanner, "src", "index.js"));
  const grade = async (start) => {
    const { port, stop } = await start();
    try {
      return await scan(`${NAME}:${port}`);
    } finally {
      stop();
    }
  };
  const ours = await grade(serve);
  for (const { pass, scoreModifier, result, constructor } of Object.values(ours.tests)) {
    const modifier = scoreModifier > 0 ? `+${scoreModifier}` : `${scoreModifier ?? 0}`;
    process.stdout.write(`${pass ? "passes" : "FAILS "} ${modifier.padStart(4)}  ${constructor.name.padEnd(28)} ${result}\n`);
  }
  const bare = await grade(serveBare);
  process.stdout.write(`\nSanctuary: ${ours.scan.grade} (${ours.scan.score}); control, a server without headers: ${bare.scan.grade} (${bare.scan.score})\n`);
  if (ours.scan.grade !== "A+" || ours.scan.testsFailed > 0 || bare.scan.score >= 50) process.exitCode = 1;
}

if (folder === undefined) begin();
else await main();
