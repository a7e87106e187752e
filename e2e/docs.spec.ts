import { expect, test } from "@playwright/test";
import { axeViolations } from "./support/axe.ts";
import { authorization } from "./support/pages/merchant.ts";
import { product } from "./support/product.ts";

// Goal: a developer reads the reference and the guides on a phone and on a desktop, and makes an order from the reference.

test("a call is tried from the reference; nothing comes from elsewhere, and the key is kept nowhere", async ({
  page,
}) => {
  const secret = (await authorization()).replace("Bearer ", "");
  const hosts = new Set<string>();
  const complaints: string[] = [];
  page.on("request", (request) => void hosts.add(new URL(request.url()).host));
  page.on("console", (message) => void (message.type() === "error" && complaints.push(message.text())));
  await page.goto("/docs#operations-Orders-createOrder");
  const call = page.locator("#operations-Orders-createOrder");
  await call.getByRole("button", { name: "试一下" }).click();
  await page.getByLabel("API 密钥").fill(secret);
  await call.locator("textarea").fill('{"items":[{"name":"Tea","price":"38.50","quantity":1}]}');
  await call.getByRole("button", { name: "发送" }).click();
  await expect(call.locator(".live-responses-table .response .response-col_status")).toContainText("201");
  await expect(call.locator(".live-responses-table")).toContainText('"amountDue": 3850');
  expect(await axeViolations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);
  expect([[...hosts], complaints]).toEqual([[new URL(product.url).host], []]);
});

test("a guide is read, its commands are copied, and the next one follows", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/docs/quick-start");
  const block = page.locator(".code").first();
  await block.getByRole("button", { name: "复制" }).click();
  await expect(page.getByRole("status")).toHaveText("已复制");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await block.locator("code").textContent());
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Quick start");
  const next = page.locator('a[rel="next"]');
  const address = await next.getAttribute("href");
  await next.click();
  await expect(page).toHaveURL(`${product.url}${address}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
