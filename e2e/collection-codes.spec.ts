import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { CodePage, createCode, readCode, retireCode, scanPoster } from "./support/pages/collection.ts";
import { readOrder } from "./support/pages/merchant.ts";
import { PayPage, PREVIEW_UA } from "./support/pages/pay-page.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

test("the poster leads to the page, the amount to an order, and the order is paid", async ({ page }, info) => {
  const made = await createCode({ label: "二号收银台", scene: "dining", amountMin: 100 });
  const url = await scanPoster(page, made);
  expect(url).toBe(made.url);
  await page.goto(url ?? "");
  const code = new CodePage(page);
  const pay = new PayPage(page);
  await expect(page.getByRole("heading", { level: 1, name: "二号收银台" })).toBeVisible();
  await pay.expectAccessible();
  await pay.expectNoOverflow();
  await page.screenshot({ path: info.outputPath("code.png") });
  await code.amount.fill("23.50");
  await page.getByText("备注（选填）").click();
  await page.getByLabel(/备注/).fill("靠窗第二桌");
  const orderId = await code.order();
  await expect(pay.amount).toHaveText("¥23.50");
  await pay.open(orderId, "?by=native");
  await payInSandbox({ codeUrl: (await pay.scan()) ?? "" });
  await expect(pay.outcome).toHaveText("支付成功");
  const { metadata } = await readOrder(orderId);
  expect(metadata).toEqual({
    collectionCode: made.code,
    collectionLabel: "二号收银台",
    scene: "dining",
    note: "靠窗第二桌",
  });
  expect(await readCode(made.id)).toMatchObject({ paidCount: 1, paidAmount: 2_350 });
});

test.describe("without scripts", () => {
  test.use({ javaScriptEnabled: false });

  test("an error stands next to its field, with what was typed, and what is right makes an order", async ({ page }) => {
    const { url } = await createCode({ label: "三号收银台", amountMin: 100, amountMax: 100_000 });
    const code = new CodePage(page);
    await page.goto(url);
    for (const [typed, said] of [
      ["", "请输入付款金额"],
      ["abc", "请只输入数字，例如 12.50"],
      ["1.234", "最多两位小数，例如 12.50"],
      ["0.99", "最少 ¥1.00"],
      ["1000.01", "最多 ¥1,000.00"],
    ] as const) {
      await code.amount.fill(typed);
      await code.go.click();
      await expect(code.trouble).toHaveText(said);
      await expect(code.amount).toHaveAttribute("aria-invalid", "true");
      await expect(code.amount).toHaveValue(typed);
      expect(page.url()).not.toContain("1.234");
    }
    await code.amount.fill("￥１２.５");
    const orderId = await code.order();
    await expect(new PayPage(page).amount).toHaveText("¥12.50");
    expect((await readOrder(orderId)).amountDue).toBe(1_250);
  });

  test("a fixed amount needs one button, in two languages", async ({ page }) => {
    const { url } = await createCode({ label: "早餐套餐", amount: 1_280 });
    await page.goto(`${url}?lang=en`);
    await expect(page.getByRole("textbox")).toHaveCount(0);
    await page.getByRole("button", { name: "Pay ¥12.80" }).click();
    await page.waitForURL(/\/pay\/.*lang=en/);
    await expect(new PayPage(page).amount).toHaveText("¥12.80");
  });
});

test("large text and traditional characters on the code's own page, kept to the pay page", async ({ page }) => {
  const { url } = await createCode({ label: "Tea bar", amount: 1_280 });
  await page.goto(url);
  await page.getByRole("button", { name: "大字版" }).click();
  await expect(page.getByRole("button", { name: "标准版" })).toBeVisible();
  await page.getByRole("button", { name: "繁體" }).click();
  await expect(page.locator("main")).toHaveAttribute("lang", "zh-HK");
  const pay = new PayPage(page);
  await pay.expectNoOverflow();
  await pay.expectAccessible();
  await page.getByRole("button", { name: /^付款 ¥12.80/ }).click();
  await expect(page.getByText("訂單編號")).toBeVisible();
});

test("the same form sent twice is one order, and going back leads to the same one", async ({ page }) => {
  const { url } = await createCode({ label: "四号收银台" });
  await page.goto(url);
  const token = await page.locator("input[name=token]").inputValue();
  const send = (amount: string, headers: Record<string, string> = { origin: product.url }) =>
    page.request.post(`${url}/order`, { form: { token, amount, note: "" }, headers, maxRedirects: 0 });
  const [one, two] = await Promise.all([send("5"), send("5")]);
  expect([one.status(), two.status()]).toEqual([303, 303]);
  expect(one.headers().location).toMatch(/^\/pay\/ord_/);
  expect(two.headers().location).toBe(one.headers().location);
  expect((await send("5")).headers().location).toBe(one.headers().location);
  expect((await send("6")).headers().location).not.toBe(one.headers().location);
  expect((await send("5", { origin: "https://evil.example" })).status()).toBe(403);
  expect((await send("5", {})).status()).toBe(403);
  expect(
    (await page.request.post(`${url}/order`, { headers: { origin: product.url }, data: "x".repeat(9_000) })).status(),
  ).toBe(413);
});

test("looking makes no order; a retired or unknown code says what to do", async ({ page }) => {
  const made = await createCode({ label: "五号收银台" });
  const looked = await page.request.get(made.url, { headers: { "user-agent": PREVIEW_UA } });
  expect(looked.status()).toBe(200);
  expect(looked.headers()["content-security-policy"]).toContain("base-uri 'none'");
  expect(looked.headers()["cache-control"]).toContain("no-store");
  expect(await looked.text()).toContain("noindex");
  await retireCode(made.id);
  await page.goto(made.url);
  await expect(page.getByRole("heading", { name: "这个收款码已停用" })).toBeVisible();
  // How the page looks can still be chosen.
  await expect(page.locator("button:not([data-testid=display] *)")).toHaveCount(0);
  await new PayPage(page).expectAccessible();
  const missing = await page.goto("/c/aaaaaaaaaaaa");
  expect(missing?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "没有找到这个收款码" })).toBeVisible();
});

test("finance makes a code, prints it, changes and retires it; the records say who", async ({ page }) => {
  const admin = new Admin(page);
  const { email } = await admin.enterAs("finance");
  await admin.open("/collection-codes");
  await admin.expectSound();
  await page.getByRole("link", { name: "新建收款码" }).click();
  const label = `外摆 ${Date.now()}`;
  await page.getByLabel("名称", { exact: true }).fill(label);
  await page.getByLabel("固定金额（元）").fill("1.234");
  await page.getByRole("button", { name: "创建" }).click();
  await expect(admin.answer).toContainText("最多两位小数");
  await page.getByLabel("固定金额（元）").fill("18");
  await page.getByRole("button", { name: /^场景/ }).click();
  await page.getByRole("combobox", { name: "场景" }).fill("堂食");
  await page.getByRole("option", { name: "堂食餐饮" }).click();
  await admin.expectSound();
  await page.getByRole("button", { name: "创建" }).click();
  await expect(page.getByText("收款码已创建")).toBeVisible();
  const poster = page.getByAltText(`${label}的海报预览`);
  await expect.poll(() => poster.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const [pdf] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "下载 A4 PDF" }).click(),
  ]);
  expect(pdf.suggestedFilename()).toMatch(/-a4\.pdf$/);
  await admin.expectSound();

  await page.getByText("修改", { exact: true }).click();
  await page.getByLabel("固定金额（元）").fill("20");
  await page.getByRole("button", { name: "保存修改" }).click();
  await expect(admin.timeline).toContainText("¥18.00 → ¥20.00");
  await expect(admin.timeline).toContainText(email);
  await page.getByText("停用", { exact: true }).click();
  await page.getByRole("button", { name: "确认停用这张收款码" }).click();
  await expect(page.getByText("已停用", { exact: true })).toBeVisible();
  await admin.open("/collection-codes?status=retired");
  await expect(page.getByRole("link", { name: label })).toBeVisible();
  await admin.expectSound();
});

test("a clerk sees codes and posters and changes nothing; an order says from which code it came", async ({ page }) => {
  const admin = new Admin(page);
  const made = await createCode({ label: "六号收银台", amount: 660 });
  await page.goto(made.url);
  const orderId = await new CodePage(page).order();
  await admin.enterAs("clerk");
  await admin.open(`/orders/${orderId}`);
  await page.getByRole("link", { name: "六号收银台" }).click();
  await expect(admin.heading("六号收银台")).toBeVisible();
  await expect(page.getByRole("link", { name: "下载 A6 PDF" })).toBeVisible();
  await expect(page.getByText("停用", { exact: true })).toHaveCount(0);
  await admin.expectSound();
  await admin.open("/collection-codes/new");
  await expect(admin.heading("没有权限")).toBeVisible();
  await admin.open("/collection-codes/col_nothing");
  await expect(admin.heading("没有找到")).toBeVisible();
  const posterPath = `/admin/collection-codes/${made.id}/poster?form=pdf&size=a6`;
  expect((await page.request.get(posterPath)).status()).toBe(200);
  await page.context().clearCookies();
  expect((await page.request.get(posterPath)).status()).toBe(401);
});
