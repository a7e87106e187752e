import { expect, type Page } from "@playwright/test";
import { callMerchant, openTrade, readOrder } from "../pages/merchant.ts";
import { PIN, typePin } from "./open-shop.ts";
import type { ShopDay } from "./shop-day.ts";

/** A cashier neither reads nor closes what was not sold at this till, also by a request that the page would not send. */
export async function tryOrderOfAnotherPlace({ page, words }: ShopDay): Promise<void> {
  const sale = { items: [{ name: "latte", price: "12.50", quantity: 1 }] };
  const own = await callMerchant("/orders", { ...sale, storeCode: "west", tillCode: "1" });
  // With a code that a shopper could scan, the counter shows it.
  await openTrade(own.id);
  const other = await callMerchant("/orders", sale);
  const statusOf = async (id: string) => (await page.request.get(`/admin/counter/orders/${id}`)).status();
  expect([await statusOf(own.id), await statusOf(other.id)]).toEqual([200, 404]);
  await page.goto(`/admin/counter?order=${own.id}`);
  const close = page.getByRole("button", { name: words.counter.code.close, exact: true });
  await expect(close).toBeVisible();
  await page.evaluate(swapInRequests, [own.id, other.id] as const);
  await close.click();
  await expect(page.getByText(words.admin.errors.codes.not_found ?? "")).toBeVisible();
  expect([(await readOrder(own.id)).status, (await readOrder(other.id)).status]).toEqual(["pending", "pending"]);
  await page.goto(`/admin/counter?order=${own.id}`);
  await close.click();
  await expect(page.getByTestId("counter-message")).toHaveText(words.counter.trouble.closed);
  // The screen that is gone takes its entry of the history back.
  await expect.poll(() => page.evaluate(() => history.state?.counterScreen === true)).toBe(false);
  expect((await readOrder(own.id)).status).toBe("closed");
}

/** In the page: what it sends of one order from now on is of another one. */
function swapInRequests([from, to]: readonly [string, string]): void {
  const send = window.fetch;
  window.fetch = (address, options) => {
    if (!(options?.body instanceof FormData)) return send(address, options);
    const body = new FormData();
    for (const [name, value] of options.body) {
      body.append(name, typeof value === "string" ? value.replaceAll(from, to) : value);
    }
    return send(address, { ...options, body });
  };
}

/** The till is locked elsewhere: the first touch of what is still on the screen leads to the PIN. */
export async function lockElsewhere({ page, words, names }: ShopDay): Promise<void> {
  const { shift, frame, signIn } = words.tills;
  // A page that has just told of its person tells again after half a minute.
  await page.reload();
  const other: Page = await page.context().newPage();
  await other.goto("/admin/counter/shift");
  await other.getByRole("button", { name: frame.lock }).click();
  await other.waitForURL(/counter\/sign-in/);
  await other.close();
  await page.getByRole("button", { name: shift.handOver, exact: true }).click();
  await page.waitForURL(/counter\/sign-in/);
  await page.getByText(names.cashier).click();
  await typePin(page, signIn.submit, PIN);
  await page.waitForURL(/\/admin\/counter(?!\/sign-in)/);
}
