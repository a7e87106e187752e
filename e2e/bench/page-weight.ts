import { chromium, type Page } from "@playwright/test";
import { browserLaunchOptions } from "../support/browser.ts";

// Slow 4G as the page's budget means it, and a phone a quarter as fast as this machine.
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 94_000 };
const CPU_SLOWDOWN = 4;
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

interface PageTimes {
  lcpMs: number;
  cls: number;
}

/** Cold load of the pay page in a real browser: what it transfers, and when its largest part is painted. */
export async function measurePage(url: string): Promise<void> {
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
    console.log(`pay page, cold: ${requests} requests, ${(bytes / 1000).toFixed(1)} KB transferred (headers included)`);
    const slow = [];
    for (let run = 0; run < 5; run++) slow.push(await slowLoad(browser, url));
    const lcp = slow.map((one) => one.lcpMs).toSorted((a, b) => a - b);
    console.log(
      `pay page at slow 4G and ${CPU_SLOWDOWN}× CPU: LCP median ${lcp[2]?.toFixed(0)} ms (${lcp[0]?.toFixed(0)}–${lcp[4]?.toFixed(0)}), worst CLS ${Math.max(...slow.map((one) => one.cls)).toFixed(4)}\n`,
    );
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
  const times = await page.evaluate(() => Reflect.get(window, "pageTimes") as PageTimes);
  await context.close();
  return times;
}

const observe = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const times = { lcpMs: 0, cls: 0 };
    Reflect.set(window, "pageTimes", times);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) times.lcpMs = entry.startTime;
    }).observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        if (!Reflect.get(entry, "hadRecentInput")) times.cls += Reflect.get(entry, "value");
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
