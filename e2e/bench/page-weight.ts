import { chromium, type Page } from "@playwright/test";
import { browserLaunchOptions } from "../support/browser.ts";

// Slow 4G as the page's budget means it, and a phone a quarter as fast as this machine.
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };
const CPU_SLOWDOWN = 4;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

interface PageTimes {
  lcpMs: number;
  cls: number;
  /** Of each task that took longer than 50 ms. */
  longTasksMs: number[];
  /** From a touch to the next frame. */
  touchMs: number;
}

/** Cold load of the pay page in a real browser: what it transfers, and when its largest part is painted. @returns sentences for the bench's file */
export async function measurePage(url: string): Promise<string[]> {
  const browser = await chromium.launch(await browserLaunchOptions());
  try {
    const page = await (await browser.newContext(PHONE)).newPage();
    const client = await page.context().newCDPSession(page);
    await client.send("Network.enable");
    let bytes = 0;
    let requests = 0;
    client.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
      requests++;
    });
    await page.goto(url, { waitUntil: "load" });
    await page.waitForTimeout(1_500);
    // What the page asks for while the others are measured is no part of its first visit.
    await page.context().close();
    const slow = [];
    for (let run = 0; run < 5; run++) slow.push(await slowLoad(browser, url));
    const figures = {
      "LCP ms": slow.map(({ lcpMs }) => lcpMs),
      "total blocking time ms": slow.map(({ longTasksMs }) => longTasksMs.reduce((sum, ms) => sum + ms - 50, 0)),
      "longest task ms": slow.map(({ longTasksMs }) => Math.max(0, ...longTasksMs)),
      "touch to frame ms": slow.map(({ touchMs }) => touchMs),
    };
    const lines = Object.entries(figures).map(([name, values]) => {
      const [least, , median, , most] = values.toSorted((a, b) => a - b).map((ms) => ms.toFixed(0));
      return `${name} ${median} (${least}–${most})`;
    });
    const worstCls = Math.max(...slow.map(({ cls }) => cls)).toFixed(4);
    const notes = [
      `A first visit to the pay page transfers ${(bytes / 1000).toFixed(1)} KB in ${requests} requests, headers included.`,
      `The pay page in a browser on slow 4G with ${CPU_SLOWDOWN} times slower CPU, median (least–most) of ${slow.length}: ${lines.join(", ")}, worst CLS ${worstCls}.`,
    ];
    console.log(`${notes.join("\n")}\n`);
    return notes;
  } finally {
    await browser.close();
  }
}

async function slowLoad(browser: Awaited<ReturnType<typeof chromium.launch>>, url: string): Promise<PageTimes> {
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  const client = await context.newCDPSession(page);
  await client.send("Network.enable");
  await client.send("Network.emulateNetworkConditions", SLOW_4G);
  await client.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
  await observe(page);
  await page.goto(url, { waitUntil: "load" });
  await page.waitForTimeout(1_500);
  // It unfolds what most do not need: nothing is asked of the server.
  const folded = page.locator("summary:visible").first();
  if ((await folded.count()) > 0) {
    await folded.tap();
    await page.waitForTimeout(500);
  }
  const times = await page.evaluate(() => Reflect.get(window, "pageTimes") as PageTimes);
  await context.close();
  return times;
}

const observe = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const times: PageTimes = { lcpMs: 0, cls: 0, longTasksMs: [], touchMs: 0 };
    Reflect.set(window, "pageTimes", times);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) times.lcpMs = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!Reflect.get(entry, "hadRecentInput")) times.cls += Reflect.get(entry, "value");
      }
    }).observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => {
      times.longTasksMs.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: "longtask", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (Reflect.get(entry, "interactionId") > 0) times.touchMs = Math.max(times.touchMs, entry.duration);
      }
    }).observe({ type: "event", buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  });
