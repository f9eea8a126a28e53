/**
 * Chromium, started with nothing of its own that talks to the network, and tabs that report every fault.
 *
 * Invariant: no test passes over a console error (Chromium reports violations of the content security policy as such) or
 * an uncaught exception, unless it names the fault it expects.
 */
import {
  type Browser,
  type BrowserContext,
  chromium,
  type LaunchOptions,
  type Page,
} from "playwright-core";

/** A phone, a desktop. */
export const VIEWPORTS = {
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
} as const;

/** How every Chromium is started; `flags` are added. */
function options(flags: readonly string[] = []): LaunchOptions {
  return {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    // Tests are to meet the back/forward cache, which the driver would switch off.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...flags,
    ],
  };
}

/** Starts Chromium. `flags` are added, for example to switch off its just-in-time compilers. */
export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch(options(flags));
}

/** Starts Chromium as people have it, with a profile in the folder `profile` and not in memory. */
export function launchProfile(profile: string): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, options());
}

/** Everything that went wrong in the tabs of one browser, and the requests they made. */
export class Watch {
  readonly #faults: string[] = [];
  readonly #requests: string[] = [];
  /** A tab that goes away while it still connects says so; that is a remark of Chromium's, and no fault. */
  readonly #allowed: RegExp[] = [/WebSocket is closed before the connection is established/];

  /** From now on a fault that matches is no fault; for tests that stop the relay, for example. */
  allow(fault: RegExp): void {
    this.#allowed.push(fault);
  }

  /** Faults so far that no test has named. */
  get faults(): string[] {
    return this.#faults.filter((fault) => !this.#allowed.some((pattern) => pattern.test(fault)));
  }

  /** Addresses requested so far, those of WebSockets included. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** The hosts of all requests so far. */
  get hosts(): Set<string> {
    return new Set(this.#requests.map((address) => new URL(address).host));
  }

  follow(context: BrowserContext): void {
    context.on("request", (request) => this.#requests.push(request.url()));
    context.on("weberror", (error) => this.#faults.push(`exception: ${error.error().message}`));
    context.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        this.#faults.push(`console: ${message.text()}`);
    });
    context.on("page", (page) =>
      page.on("websocket", (socket) => this.#requests.push(socket.url())),
    );
  }
}

export interface TabOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
  /** A screen that fingers touch. */
  readonly touch?: boolean;
  /** Drive the tab's clock: `page.clock` then works. */
  readonly clock?: boolean;
}

/** A tab in a browser profile of its own, as another person on another device would have it. */
export async function openTab(
  browser: Browser,
  watch: Watch,
  options: TabOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: options.viewport ?? VIEWPORTS.desktop,
    colorScheme: options.dark ? "dark" : "light",
    hasTouch: options.touch ?? false,
    isMobile: options.touch ?? false,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  watch.follow(context);
  if (options.clock) await context.clock.install();
  return context.newPage();
}
