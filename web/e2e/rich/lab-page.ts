/**
 * The laboratory as pages of a real browser: the rendering layer, built as it is shipped, under the real server's
 * headers, and a second one without any policy, where nothing but the sanitizer stands in the way.
 */
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import type { Relay } from "../harness/relay";
import type { Lab } from "./lab";
import type { Witness } from "./witness";

declare global {
  interface Window {
    lab: Lab;
    witness: Witness;
    /** How often an attack has run. */
    executions: number;
  }
}

/** Script and style of the laboratory. */
export interface LabFiles {
  readonly script: string;
  readonly style: string;
}

/** A file of this folder with everything it imports, as one script; beside a module stands its style. */
async function bundle(name: string, format: "es" | "iife") {
  const web = fileURLToPath(new URL("../../", import.meta.url));
  const built = await build({
    root: web,
    configFile: `${web}vite.config.ts`,
    logLevel: "error",
    build: {
      write: false,
      minify: false,
      modulePreload: false,
      rollupOptions: {
        input: `${web}e2e/rich/${name}.ts`,
        output: {
          inlineDynamicImports: true,
          format,
          entryFileNames: `${name}.js`,
          assetFileNames: `${name}[extname]`,
        },
      },
    },
  });
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((part) =>
    "output" in part ? part.output : [],
  );
  const script = outputs.find((file) => file.type === "chunk");
  if (script?.type !== "chunk") throw new Error(`${name} was not built`);
  const style = outputs.find((file) => file.fileName === `${name}.css`);
  return { script: script.code, style: style?.type === "asset" ? String(style.source) : "" };
}

export async function buildLab(): Promise<LabFiles> {
  const files = await bundle("lab", "es");
  if (files.style === "") throw new Error("the laboratory has no style");
  return files;
}

/** What `witness.ts` is, to be run in a page of the product before it begins. */
export async function buildWitness(): Promise<string> {
  return (await bundle("witness", "iife")).script;
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Lab</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/lab.css"></head>
<body><div id="stage" class="lab-stage"></div><script type="module" src="/lab.js"></script></body></html>`;
/** A message on a page: in a column, with room around. */
const STAGE = ".lab-stage{padding:16px;max-inline-size:44rem;margin-inline:auto}";

export interface LabPage {
  readonly page: Page;
  /** What the page has asked for, beyond its own files. */
  readonly requests: readonly string[];
  /** Violations of the policy, and uncaught errors. */
  readonly faults: readonly string[];
}

/** Opens the laboratory. `protect`: with the headers of `relay`; otherwise with none. */
export async function openLab(
  browser: Browser,
  relay: Relay,
  files: LabFiles,
  protect: boolean,
  options: BrowserContextOptions = {},
): Promise<LabPage> {
  const headers = protect
    ? Object.fromEntries(
        [...(await fetch(relay.origin)).headers].filter(
          ([name]) => !/^content-(?:len|type|enc)/.test(name),
        ),
      )
    : {};
  const context = await browser.newContext(options);
  const requests: string[] = [];
  const faults: string[] = [];
  await context.route("**/*", (route) => {
    const url = new URL(route.request().url());
    const answer = (contentType: string, body: string) =>
      route.fulfill({ status: 200, headers: { ...headers, "content-type": contentType }, body });
    if (url.origin === relay.origin) {
      if (url.pathname === "/lab") return answer("text/html; charset=utf-8", PAGE);
      if (url.pathname === "/lab.js") return answer("text/javascript", files.script);
      if (url.pathname === "/lab.css") return answer("text/css", STAGE + files.style);
      if (/^\/(?:settled-|favicon|lab\.woff2)/.test(url.pathname)) return route.abort();
    }
    requests.push(url.href);
    return route.abort();
  });
  // Before anything else in each frame: whatever attacks call counts, and none of it stops the page.
  await context.addInitScript(() => {
    window.executions = 0;
    const ran = () => {
      window.executions += 1;
      if (window.parent !== window) window.parent.executions += 1;
    };
    const names = ["ran", "alert", "confirm", "prompt", "print"];
    for (const name of names)
      Object.defineProperty(window, name, { value: ran, configurable: false });
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/Failed to load resource|ERR_FAILED/.test(text))
      faults.push(text);
  });
  await page.goto(`${relay.origin}/lab`);
  await page.waitForFunction(() => window.lab !== undefined);
  return { page, requests, faults };
}
