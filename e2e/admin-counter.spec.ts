import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { Counter, freshAuthCode, recordSpeech, typePassword } from "./support/pages/counter.ts";
import { createOrder, readOrder } from "./support/pages/merchant.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";

// Goal: a clerk takes money without knowing anything of payments: what is on the screen is what to do next.

test.describe.configure({ timeout: 120_000 });

test("keypad, QR code, the shopper pays: green, spoken, and in the list of the day", async ({ page }) => {
  await recordSpeech(page);
  const admin = new Admin(page);
  const counter = new Counter(page);
  await admin.enterAs("clerk");
  await counter.enter();
  await admin.expectSound();
  await counter.type("12+26.<5");
  await expect(counter.total).toHaveText("¥277.00");
  await counter.type("C38.5");
  await expect(counter.total).toHaveText("¥38.50");
  const codeUrl = await counter.showCode();
  await expect(page.getByTestId("due")).toHaveText("¥38.50");
  await admin.expectSound();
  await payInSandbox({ codeUrl });
  await counter.expectPaid("¥38.50");
  await counter.expectSpoken("微信收款三十八元五角");
  await admin.expectSound();
  await counter.next();
  await expect(page.getByTestId("day")).toContainText("¥38.50");
  expect((await counter.spoken()).map(({ text }) => text)).toEqual(["微信收款三十八元五角"]);
});

test("a scanner gun beside the keypad: refused, asked for the password, paid; and who did it is written down", async ({
  page,
}) => {
  await recordSpeech(page);
  const admin = new Admin(page);
  const counter = new Counter(page);
  const { email } = await admin.enterAs("clerk");
  await counter.enter();
  // From this sum on the sandbox's phones ask for the password.
  await counter.type("1000.01");
  await counter.scan("130000000000000000");
  await expect(page.getByTestId("declined")).toContainText("重新扫码");
  await counter.scan(await freshAuthCode());
  await expect(page.getByTestId("charging")).toHaveText("请顾客输入密码");
  await expect(page.getByTestId("charge-left")).toHaveText(/^[1-4]?\d$/);
  // Nothing leads away from a charge that is not decided.
  await page.goBack();
  await expect(page.getByTestId("charging")).toBeVisible();
  const number = await openNumber(page);
  await typePassword(number);
  await counter.expectPaid("¥1,000.01");
  await counter.expectSpoken("微信收款一千元零一分");
  await page.getByRole("link", { name: "查看订单" }).click();
  await expect(admin.timeline).toContainText(email);
});

/** The number of the order that is on the counter. */
async function openNumber(page: import("@playwright/test").Page): Promise<string> {
  const id = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  return (await readOrder(id ?? "")).outTradeNo;
}

test("an order that was made elsewhere is paid at the counter by a typed code; the camera that is refused says what to do", async ({
  page,
  context,
}) => {
  await context.clearPermissions();
  const admin = new Admin(page);
  const counter = new Counter(page);
  await admin.enterAs("clerk");
  const order = await createOrder();
  await admin.open(`/orders/${order.id}`);
  await page.getByRole("link", { name: "收付款码" }).click();
  await expect(page.getByTestId("due")).toHaveText("¥38.00");
  await expect(page.getByTestId("camera-trouble")).toContainText("18 位数字");
  await admin.expectSound();
  await page.getByLabel("付款码", { exact: true }).fill("123");
  await page.getByRole("button", { name: "收款", exact: true }).click();
  await expect(page.getByText("请重新扫码")).toBeVisible();
  await page.getByLabel("付款码", { exact: true }).fill(await freshAuthCode());
  await page.getByRole("button", { name: "收款", exact: true }).click();
  await counter.expectPaid("¥38.00");
  expect(await readOrder(order.id)).toMatchObject({ status: "paid", channel: "codepay" });
});
