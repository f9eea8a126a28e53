/** A certificate for 127.0.0.1, made by openssl when it is needed, and trusted by nobody else. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Certificate {
  readonly #folder = mkdtempSync(join(tmpdir(), "sanctuary-tls-"));
  readonly certFile = join(this.#folder, "cert.pem");
  readonly keyFile = join(this.#folder, "key.pem");
  readonly cert: Buffer;
  readonly key: Buffer;

  constructor() {
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const files = ["-days", "2", "-keyout", this.keyFile, "-out", this.certFile];
    execFileSync("openssl", ["req", "-x509", ...kind, ...subject, ...files], { stdio: "ignore" });
    this.cert = readFileSync(this.certFile);
    this.key = readFileSync(this.keyFile);
  }

  /** What `sanctuary serve` is told of it. */
  get args(): readonly string[] {
    return ["--tls-cert", this.certFile, "--tls-key", this.keyFile];
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
