import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { Counter, freshAuthCode, typePassword } from "./support/pages/counter.ts";
import { readOrder } from "./support/pages/merchant.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";

// Goal: the shopper sees on the second screen what the cashier has on the first, and nothing else.

test("the customer display follows the till: welcome, the code, the password, thanks", async ({ page, context }) => {
  test.setTimeout(120_000);
  const admin = new Admin(page);
  const counter = new Counter(page);
  await admin.enterAs("clerk");
  await counter.enter();
  const second = await context.newPage();
  await second.goto("/admin/counter/display");
  const display = second.getByTestId("display");
  await expect(display).toContainText("欢迎光临");
  await new Admin(second).expectSound();
  await counter.type("8.8");
  const codeUrl = await counter.showCode();
  await expect(second.getByTestId("due")).toHaveText("¥8.80");
  await expect(second.getByTestId("qr")).toHaveAttribute("data-code", codeUrl);
  await new Admin(second).expectSound();
  await payInSandbox({ codeUrl });
  await expect(display).toContainText("支付成功");
  await expect(display).toContainText("¥8.80");
  await counter.next();
  await counter.type("1000.02");
  await counter.scan(await freshAuthCode());
  await expect(display).toContainText("请在手机上输入密码");
  const id = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  await typePassword((await readOrder(id ?? "")).outTradeNo);
  await expect(display).toContainText("¥1,000.02");
  await expect(display).toContainText("支付成功");
});
