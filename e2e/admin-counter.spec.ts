import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder, readOrder } from "./support/pages/merchant.ts";
import { product } from "./support/product.ts";

// Goal: a clerk takes payment codes without knowing anything of payments: what is on the screen is what to do next.

async function control(call: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${product.sandboxUrl}/control/${call}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, unknown>;
}
const freshCode = async () => String((await control("auth-code", {})).authCode);
// A sum that no other test charges here: from above it the sandbox's phones ask for the password.
const DEAR = { items: [{ name: "茶具", unitAmount: 100_001, quantity: 1 }] };

// A charge is waited for up to a quarter of a minute each time.
test.describe.configure({ timeout: 120_000 });

test("the shopper's code is scanned, a used one refused, a fresh one paid; the story says by whom", async ({
  page,
}) => {
  const admin = new Admin(page);
  const { email } = await admin.enterAs("clerk");
  const order = await createOrder();
  await admin.open(`/orders/${order.id}`);
  await page.getByRole("link", { name: "收付款码" }).click();
  await expect(admin.heading(`收银台 · ${order.outTradeNo}`)).toBeVisible();
  await expect(page.getByLabel("付款码")).toBeFocused();
  await admin.expectSound();
  await page.getByLabel("付款码").fill("123");
  await page.getByRole("button", { name: "收款" }).click();
  await expect(admin.answer).toContainText("18 位数字");
  await page.getByLabel("付款码").fill("130000000000000000");
  await page.getByRole("button", { name: "收款" }).click();
  await expect(admin.answer).toContainText("重新扫码");
  const code = await freshCode();
  // As a scanner types it.
  await page.getByLabel("付款码").fill("");
  await page.getByLabel("付款码").pressSequentially(`${code.slice(0, 4)} ${code.slice(4)}`);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/admin/orders/${order.id}`));
  await expect(admin.timeline).toContainText(email);
  expect(await readOrder(order.id)).toMatchObject({ status: "paid", channel: "codepay" });
});

test("while the phone asks for the password the clerk reads to wait, and to charge the same code again", async ({
  page,
}) => {
  const admin = new Admin(page);
  await admin.enterAs("clerk");
  const order = await createOrder(DEAR);
  await admin.open(`/orders/${order.id}/counter`);
  await page.getByLabel("付款码").fill(await freshCode());
  await page.getByRole("button", { name: "收款" }).click();
  await expect(admin.answer).toContainText("支付密码", { timeout: 30_000 });
  await control("pay", { outTradeNo: order.outTradeNo });
  await page.getByRole("button", { name: "收款" }).click();
  await expect(page).toHaveURL(/\/admin\/orders\/ord_\w+(\?.*)?$/, { timeout: 30_000 });
  expect(await readOrder(order.id)).toMatchObject({ status: "paid", channel: "codepay" });
});
