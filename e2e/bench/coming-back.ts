import { chromium, type Page } from "@playwright/test";
import { browserLaunchOptions } from "../support/browser.ts";

const WITHIN_MS = 1_000;
const GIVEN_UP_MS = 20_000;

/**
 * A phone lies in a pocket while WeChat takes the money: the page is hidden and its stream is dead. From the moment it is
 * looked at again to the moment it says *paid*, once for each order.
 * @param pay settles the n-th order while its page is hidden
 */
export async function measureComingBack(pages: readonly string[], pay: (index: number) => Promise<void>) {
  const browser = await chromium.launch(await browserLaunchOptions());
  const times: number[] = [];
  try {
    for (const [index, url] of pages.entries()) {
      const page = await (await browser.newContext()).newPage();
      await page.route("**/events", (route) => route.abort());
      await page.goto(url, { waitUntil: "load" });
      await page.getByTestId("qr").waitFor();
      await setHidden(page, true);
      await pay(index);
      await setHidden(page, false);
      times.push(await paidAfter(page));
      await page.context().close();
    }
  } finally {
    await browser.close();
  }
  const soon = times.filter((ms) => ms <= WITHIN_MS).length;
  const slowest = Math.max(...times).toFixed(0);
  console.log(`back from the background: ${soon} of ${times.length} within ${WITHIN_MS} ms, slowest ${slowest} ms\n`);
}

const setHidden = (page: Page, hidden: boolean): Promise<void> =>
  page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    Object.defineProperty(document, "visibilityState", { value: isHidden ? "hidden" : "visible", configurable: true });
    Reflect.set(window, "changedAt", performance.now());
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);

const paidAfter = async (page: Page): Promise<number> => {
  const shown = await page.waitForFunction(
    () => {
      const isPaid = document.querySelector("[data-testid=outcome]")?.textContent?.includes("支付成功") === true;
      return isPaid ? performance.now() - Number(Reflect.get(window, "changedAt")) : false;
    },
    undefined,
    { polling: "raf", timeout: GIVEN_UP_MS },
  );
  return Number(await shown.jsonValue());
};
