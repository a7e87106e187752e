import { expect, type Page } from "@playwright/test";
import { axeViolations } from "./support/axe.ts";
import { dashboardPages } from "./support/dashboard-pages.ts";
import { watchLayout } from "./support/pages/pay-page.ts";
import { secretsIn } from "./support/product-secrets.ts";
import { test } from "./support/walk-pages.ts";

// Every page of the dashboard, found by its file: in both languages and colour schemes, on the narrowest phone and the widest
// screen. axe reads each in Chinese on a phone and in English on a computer.

/** What browsers call good; a skeleton of another size, or a chart without room, is beyond it. */
const LAYOUT_SHIFT_MAX = 0.1;

for (const { route } of dashboardPages()) {
  test(`/admin${route} is sound in both languages and schemes`, async ({ page, addressOf, isMobile }) => {
    const faults: string[] = [];
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(error.message));
    const example = addressOf(route);
    expect(example, `support/dashboard-pages.ts has no example of ${route}`).not.toBeNull();
    const layoutShift = await watchLayout(page);
    for (const language of ["zh-CN", "en"]) {
      await page
        .context()
        .addCookies([{ name: "lingfu_admin_language", value: language, domain: "localhost", path: "/admin" }]);
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(`/admin${example}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      await expect(page.locator(".admin")).toHaveAttribute("lang", language);
      expect(secretsIn(await page.content()), `${language}, secrets in the page`).toEqual([]);
      if (isMobile === (language === "zh-CN")) {
        expect(await axeViolations(page), `${language}, light`).toEqual([]);
        await page.emulateMedia({ colorScheme: "dark" });
        expect(await axeViolations(page, "color-contrast"), `${language}, dark`).toEqual([]);
      }
      expect(await layoutShift(), `${language}, layout shift`).toBeLessThan(LAYOUT_SHIFT_MAX);
      for (const width of isMobile ? [360, 390] : [768, 1280, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        // A chart takes its new size in the next frames.
        await expect.poll(() => beyondEdge(page), `${language}, ${width} px`).toEqual([]);
      }
    }
    expect(faults).toEqual([]);
  });
}

/** What makes the page scroll sideways; nothing where it does not. */
const beyondEdge = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll("main *, header *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120));
  });
