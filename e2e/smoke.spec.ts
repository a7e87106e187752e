import { expect, test } from "@playwright/test";

test("the product is alive and ready", async ({ page }) => {
  expect((await page.goto("/healthz"))?.status()).toBe(200);
  expect((await page.goto("/readyz"))?.status()).toBe(200);
});
