import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { callMerchant, createOrder } from "./support/pages/merchant.ts";
import { product } from "./support/product.ts";

test("an order's story: the messages as bytes without the shopper's secrets, why it was so, and a code to show", async ({
  page,
}) => {
  const made = await fetch(`${product.sandboxUrl}/control/auth-code`, { method: "POST", body: "{}" });
  const { authCode, openid } = (await made.json()) as { authCode: string; openid: string };
  const order = await createOrder();
  const admin = new Admin(page);
  await admin.enterAs("owner");

  await admin.open(`/orders/${order.id}`);
  await page.getByRole("button", { name: "显示二维码" }).click();
  await expect(page.getByTestId("pay-code")).toHaveAttribute("data-code", order.payUrl);
  await admin.expectSound();
  await page.getByRole("button", { name: "关闭", exact: true }).click();
  await expect(page.getByTestId("pay-code")).toHaveCount(0);

  await callMerchant(`/orders/${order.id}/pay`, { channel: "codepay", authCode });
  await admin.open(`/orders/${order.id}?show=messages&sort=oldest#story`);
  const charge = admin.timeline.getByRole("listitem").filter({ hasText: "付款码收款" });
  await charge.locator("summary").click();
  await expect(charge.getByRole("textbox", { name: "发出" })).toHaveValue(/"auth_code":"\*{18}"/);
  await expect(charge.getByRole("textbox", { name: "收到" })).toHaveValue(/"openid":"\*+[0-9A-Za-z_-]{4}"/);
  await expect(charge).toContainText("验证通过");
  await admin.expectSound();
  const shown = await page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll("textarea")].map(({ value }) => value),
    ].join(),
  );
  for (const secret of [authCode, openid]) expect(shown).not.toContain(secret);

  await page.getByRole("link", { name: "为什么" }).click();
  await expect(admin.timeline).toContainText("判断场景");
  await expect(admin.timeline).not.toContainText("付款码收款");
});
