/**
 * How a page bears what is asked of it: the tasks of its main thread, what it takes to show a message, its heap.
 *
 * Tasks are counted in processor time of the thread, as Chromium traces it: other programs on the machine, the other
 * people of the test among them, make no task long. In an idle machine that is the time by the clock.
 */
import type { Browser, CDPSession, Page } from "playwright-core";

/** An event of a trace (the fields that are read here), times in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** What Chromium calls a task of a thread. */
const TASK = "ThreadControllerImpl::RunTask";

/** Processor time of each task, in milliseconds, of the renderer that had most to do while `during` ran. */
export async function tasksOf(
  browser: Browser,
  page: Page,
  during: () => Promise<void>,
): Promise<number[]> {
  await browser.startTracing(page, { categories: ["toplevel"] });
  await during();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const thread = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;
  const tasks = new Map<string, number[]>();
  for (const event of trace.traceEvents)
    if (event.name === "thread_name" && event.args?.name === "CrRendererMain")
      tasks.set(thread(event), []);
  for (const event of trace.traceEvents)
    if (event.ph === "X" && event.name === TASK)
      tasks.get(thread(event))?.push((event.tdur ?? 0) / 1000);
  const sum = (list: number[]) => list.reduce((total, ms) => total + ms, 0);
  return [...tasks.values()].sort((a, b) => sum(b) - sum(a))[0] ?? [];
}

/** Keeps the page's thread busy for so many milliseconds of its own time, in one task. */
export async function busy(page: Page, ms: number): Promise<void> {
  await page.evaluate((wanted) => {
    const spin = (rounds: number): number => {
      const begun = performance.now();
      for (let i = 0, x = 0; i < rounds; i++) x = Math.imul(x ^ i, 31);
      return performance.now() - begun;
    };
    // The quickest of several is the one that nobody interrupted.
    const ROUNDS = 2_000_000;
    const fastest = Math.min(...Array.from({ length: 12 }, () => spin(ROUNDS)));
    return new Promise<void>((resolve) => {
      setTimeout(() => {
        spin((ROUNDS / Math.max(fastest, 0.1)) * wanted);
        resolve();
      });
    });
  }, ms);
}

/** The JavaScript heap in use after everything unused was collected, in bytes. */
export async function heapOf(page: Page): Promise<number> {
  return withCdp(page, async (cdp) => {
    await cdp.send("HeapProfiler.collectGarbage");
    return (await cdp.send("Runtime.getHeapUsage")).usedSize;
  });
}

/** Everything in the JavaScript heap that can still be reached, as Chromium writes it down. */
export async function heapText(page: Page): Promise<string> {
  return withCdp(page, async (cdp) => {
    await cdp.send("HeapProfiler.collectGarbage");
    const pieces: string[] = [];
    cdp.on("HeapProfiler.addHeapSnapshotChunk", ({ chunk }) => pieces.push(chunk));
    await cdp.send("HeapProfiler.takeHeapSnapshot", { reportProgress: false });
    return pieces.join("");
  });
}

/** Slows the page's processor down by this factor; 1 is as it is. */
export function slowDown(page: Page, factor: number): Promise<CDPSession> {
  return page
    .context()
    .newCDPSession(page)
    .then(async (cdp) => {
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: factor });
      return cdp;
    });
}

async function withCdp<T>(page: Page, use: (cdp: CDPSession) => Promise<T>): Promise<T> {
  const cdp = await page.context().newCDPSession(page);
  try {
    return await use(cdp);
  } finally {
    await cdp.detach();
  }
}
