import { expect, type Page } from "@playwright/test";
import jsQR from "jsqr";
import { PNG } from "pngjs";
import { axeViolations } from "../axe.ts";

/** The pay page as a shopper meets it. */
export class PayPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(orderId: string, query = ""): Promise<void> {
    await this.page.goto(`/pay/${orderId}${query}`);
  }

  get orderId(): string {
    return new URL(this.page.url()).pathname.split("/").at(-1) ?? "";
  }

  get amount() {
    return this.page.getByTestId("amount");
  }

  get outcome() {
    return this.page.getByTestId("outcome");
  }

  get whisper() {
    return this.page.getByTestId("whisper");
  }

  get code() {
    return this.page.getByTestId("qr");
  }

  /** The amount next to these words among the sums. */
  sum(name: string) {
    return this.page.locator("dl div", { has: this.page.getByText(name, { exact: true }) }).locator("dd");
  }

  /** What a camera would read from the screen; null when it would read nothing. */
  async scan(): Promise<string | null> {
    const picture = await this.code.screenshot({ animations: "disabled" }).catch((cause: Error) => {
      // Drawn anew in this very moment: the code is another element now.
      if (/not attached/.test(cause.message)) return null;
      throw cause;
    });
    if (picture === null) return this.scan();
    const { data, width, height } = PNG.sync.read(picture);
    return jsQR(new Uint8ClampedArray(data), width, height)?.data ?? null;
  }

  /** axe has nothing serious to say. */
  async expectAccessible(): Promise<void> {
    // What still fades in has no colours of its own yet.
    await this.page.evaluate(async () => {
      const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
      await Promise.all(ending.map((each) => each.finished.catch(() => undefined)));
    });
    const grave = (await axeViolations(this.page)).filter(({ isGrave }) => isGrave);
    expect(grave.map(({ text }) => text)).toEqual([]);
  }

  /** Nothing reaches beyond the screen's edge. */
  async expectNoOverflow(): Promise<void> {
    const beyond = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond).toBeLessThanOrEqual(0);
  }
}

/** Adds up layout shifts from the first paint on. To be called before the page is opened. */
export async function watchLayout(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const site = window as unknown as { shifted: number };
    site.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
        if (!entry.hadRecentInput) site.shifted += entry.value;
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  return () => page.evaluate(() => (window as unknown as { shifted: number }).shifted);
}

export const WECHAT_UA =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x18003237) NetType/WIFI Language/zh_CN";
export const ALIPAY_UA =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 AliApp(AP/10.3.0) AlipayClient/10.3.0 Language/zh-Hans";
export const PREVIEW_UA = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)";
