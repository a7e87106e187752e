import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { PNG } from "pngjs";
import { dashboardPages } from "./support/dashboard-pages.ts";
import { Admin } from "./support/pages/admin.ts";
import { createOrder } from "./support/pages/merchant.ts";

// The dashboard as an installed app: its manifest, and what it does without a network.

test.use({ serviceWorkers: "allow" });

const FIGURES_OF_ORDERS = /¥|[0-9]+\.[0-9]{2}/;

test("without a network it says so and since when, keeps no figure, and comes back by itself", async ({
  page,
  context,
}) => {
  const admin = new Admin(page);
  await admin.enterAs("clerk");
  await admin.open("/orders");
  await page.evaluate(() => navigator.serviceWorker.ready);
  // A page whose loading began before the worker was there is left alone; the next one is its own.
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);

  await context.setOffline(true);
  // What is open says that its figures are stale.
  await page.evaluate(() => {
    window.dispatchEvent(new Event("online"));
    window.dispatchEvent(new Event("offline"));
  });
  await expect(page.getByTestId("stale")).toContainText(/连不上服务器，页面上的数字停在 \d\d:\d\d:\d\d/);

  // What is opened anew says that there is no network.
  const answer = await page.goto("/admin/reconciliation");
  expect(answer?.status()).toBe(503);
  await expect(admin.heading("现在连不上服务器")).toBeVisible();
  await expect(page.getByText(/最后一次连上：.*\d\d:\d\d:\d\d/)).toBeVisible();
  await admin.expectSound();
  const kept = await page.evaluate(async () => {
    const bodies: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) bodies.push((await (await cache.match(request))?.text()) ?? "");
    }
    return bodies;
  });
  expect(kept).toHaveLength(1);
  expect(kept[0]).not.toMatch(FIGURES_OF_ORDERS);

  await context.setOffline(false);
  await expect(admin.heading("对账")).toBeVisible();
});

test("pay pages and the shop are none of its business", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await page.evaluate(() => navigator.serviceWorker.ready);
  const order = await createOrder();
  for (const address of [`/pay/${order.id}`, "/"]) {
    await page.goto(address);
    expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
    await expect(page.locator('link[rel="manifest"]')).toHaveCount(0);
  }
});

test("it is ended on one's own device, and brought again", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await page.evaluate(() => navigator.serviceWorker.ready);
  const registered = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  await admin.open("/settings/account");
  await page.getByRole("button", { name: "在这台设备上停用离线页面" }).click();
  await expect(page.getByRole("button", { name: "在这台设备上启用离线页面" })).toBeVisible();
  await expect.poll(registered).toBe(0);
  expect(await page.evaluate(() => caches.keys())).toEqual([]);
  await page.getByRole("button", { name: "在这台设备上启用离线页面" }).click();
  await expect.poll(registered).toBe(1);
});

test("its manifest has every icon in its size, and shortcuts that lead somewhere", async ({ page, request }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await expect(page.locator('link[rel="manifest"]')).toHaveAttribute("href", "/manifest.webmanifest");
  const answer = await request.get("/manifest.webmanifest");
  expect(answer.headers()["content-type"]).toContain("application/manifest+json");
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ start_url: "/admin", scope: "/admin", display: "standalone", short_name: "灵付" });
  const icons: { src: string; sizes: string; type: string }[] = [
    ...manifest.icons,
    ...manifest.shortcuts.flatMap(({ icons: own }: { icons: object[] }) => own),
  ];
  for (const { src, sizes } of icons.filter(({ type }) => type === "image/png")) {
    const { width, height } = PNG.sync.read(readFileSync(`public${src}`));
    expect(`${width}x${height}`, src).toBe(sizes);
    expect((await request.get(src)).status()).toBe(200);
  }
  const routes = dashboardPages().map(({ route }) => `/admin${route}`);
  for (const { url } of manifest.shortcuts) expect(routes).toContain(url);
});
