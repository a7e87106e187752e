import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { Counter, freshAuthCode, recordSpeech, typePassword } from "./support/pages/counter.ts";
import { callMerchant, createOrder, readOrder } from "./support/pages/merchant.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";

// Goal: a clerk takes money without knowing anything of payments: what is on the screen is what to do next.
// The plain case, seen and heard, is in shopkeepers-day.phone.spec.ts.

test.describe.configure({ timeout: 120_000 });

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
  // The refused code was the order's first trade.
  await typePassword(`${await openNumber(page)}-2`);
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

test("the last payment is given back after a second look; a clerk is told who may", async ({ page, browser }) => {
  const counter = new Counter(page);
  await new Admin(page).enterAs("owner");
  await counter.enter();
  await counter.type("6.66");
  await payInSandbox({ codeUrl: await counter.showCode() });
  await counter.expectPaid("¥6.66");
  const paid = page.getByTestId("paid");
  await paid.getByRole("button", { name: "退款" }).click();
  await page.getByRole("button", { name: "返回" }).click();
  await paid.getByRole("button", { name: "退款" }).click();
  await page.getByRole("button", { name: "确认退款 ¥6.66" }).click();
  await expect(page.getByTestId("undone")).toHaveText("已提交退款 ¥6.66");
  await counter.next();
  await expect(page.getByTestId("day")).toContainText("已退 ¥6.66");
  const other = await browser.newContext();
  const clerkPage = await other.newPage();
  const clerk = new Counter(clerkPage);
  await new Admin(clerkPage).enterAs("clerk");
  await clerk.enter();
  await clerk.type("7.77");
  await payInSandbox({ codeUrl: await clerk.showCode() });
  await clerk.expectPaid("¥7.77");
  await clerkPage.getByTestId("paid").getByRole("button", { name: "退款" }).click();
  await expect(clerkPage.getByTestId("undone")).toContainText("店主或财务");
  await other.close();
});

test("presets and quick items are the shop's: set once, sold by touch, and counted to the fen", async ({ page }) => {
  const counter = new Counter(page);
  await new Admin(page).enterAs("owner");
  await counter.enter();
  const settings = page.getByTestId("counter-settings");
  await settings.getByText("收款设置").click();
  await settings.getByLabel(/^常用商品/).fill("燕麦拿铁 26\n黄油可颂 12.5\n茶");
  await settings.getByLabel(/^常用金额/).fill("10 20 50");
  await settings.getByRole("button", { name: "保存" }).click();
  await expect(page.getByTestId("settings-answer")).toContainText("第 3 行");
  await settings.getByLabel(/^常用商品/).fill("燕麦拿铁 26\n黄油可颂 12.5");
  await settings.getByRole("button", { name: "保存" }).click();
  await expect(page.getByTestId("settings-answer")).toHaveText("已保存");
  await page.getByRole("button", { name: "¥20", exact: true }).click();
  const items = page.getByRole("list", { name: "常用商品" });
  await items.getByRole("button", { name: /^燕麦拿铁/ }).click();
  await items.getByRole("button", { name: "再加一份燕麦拿铁" }).click();
  await items.getByRole("button", { name: /^黄油可颂/ }).click();
  await expect(counter.total).toHaveText("¥84.50");
  const codeUrl = await counter.showCode();
  await page.getByRole("button", { name: "返回（订单保留）" }).click();
  await expect(page.getByTestId("unfinished")).toContainText("¥84.50");
  await page.getByRole("button", { name: "继续" }).click();
  await expect(page.getByTestId("qr")).toHaveAttribute("data-code", codeUrl);
  const id = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  const { items: lines } = await readOrder(id ?? "");
  expect(lines.map(({ name, unitAmount, quantity }) => [name, unitAmount, quantity])).toEqual([
    ["燕麦拿铁", 2_600, 2],
    ["黄油可颂", 1_250, 1],
    ["柜台收款", 2_000, 1],
  ]);
  await page.getByRole("button", { name: "取消这笔" }).click();
  await expect(page.getByTestId("counter-message")).toContainText("已取消");
});

test("off line in the middle of a charge: nothing is charged twice, and the answer comes when the network does", async ({
  page,
  context,
}) => {
  const counter = new Counter(page);
  await new Admin(page).enterAs("clerk");
  await counter.enter();
  await counter.type("1000.03");
  await counter.scan(await freshAuthCode());
  await expect(page.getByTestId("charging")).toHaveText("请顾客输入密码");
  const id = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  await context.setOffline(true);
  await expect(page.getByTestId("charging")).toHaveText("网络断开了");
  await typePassword((await readOrder(id ?? "")).outTradeNo);
  await context.setOffline(false);
  await counter.expectPaid("¥1,000.03");
  expect(await readOrder(id ?? "")).toMatchObject({ status: "paid", amountPaid: 100_003, extraPayments: [] });
});

test("the first answer got lost: the same sale sent again is the same order", async ({ page }) => {
  const counter = new Counter(page);
  await new Admin(page).enterAs("clerk");
  await counter.enter();
  const ofThisAmount = async () => {
    const { data } = await callMerchant<{ data: { id: string }[] }>("/orders?q=5.05");
    return data.map((order) => order.id);
  };
  // The other screen size sells the same before or after.
  const before = await ofThisAmount();
  await counter.type("5.05");
  // The server does its work, and the phone never hears of it.
  let isLost = false;
  await page.route("**/admin/counter", async (route) => {
    if (isLost || route.request().method() !== "POST") return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "展示二维码" }).click();
  await expect(page.getByTestId("counter-message")).toContainText("不会重复收款");
  await counter.showCode();
  const id = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  expect((await ofThisAmount()).filter((order) => !before.includes(order))).toEqual([id]);
});
