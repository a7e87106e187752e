import { writeFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { type ReadmeScreenshot, SCREENSHOT_BYTES_MAX } from "./names.ts";

const QUALITY = 80;

/** What the screen shows from the page's top, as WebP, which Playwright itself does not write. */
export async function shoot(page: Page, name: ReadmeScreenshot): Promise<void> {
  await page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
  await settle(page);
  const browser = await page.context().newCDPSession(page);
  const { data } = await browser.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  const picture = Buffer.from(data, "base64");
  expect(picture.length, name).toBeLessThanOrEqual(SCREENSHOT_BYTES_MAX);
  writeFileSync(`.github/screenshots/${name}`, picture);
}

/** Until the page stands still. */
export const settle = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    // What moves for ever, such as the pulse of a page that waits, would never finish.
    const ending = document.getAnimations().filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((each) => each.finished.catch(() => undefined)));
  });
