import { expect, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder } from "./support/pages/merchant.ts";

// Goal: a shopkeeper makes a promotion on the phone, an order gets it, and once it is paused the next order does not.

test("满100减10 is made, changes an order, and is paused at once", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  await admin.open("/promotions");
  await expect(admin.heading("优惠活动")).toBeVisible();
  await admin.expectSound();

  // Orders of the other tests have no such goods.
  const category = `gifts${Date.now()}`;
  await page.getByRole("link", { name: "新建活动" }).click();
  await expect(page.getByRole("link", { name: /^第 N 件优惠/ })).toBeVisible();
  await admin.expectSound();
  await page.getByRole("link", { name: /^满减/ }).click();
  await page.getByLabel("活动名称").fill(category);
  await page.getByLabel("满多少元").fill("100");
  await page.getByLabel("减多少元", { exact: true }).fill("十元");
  await page.getByText("哪些商品", { exact: true }).click();
  await page.getByLabel("只限这些分类").fill(category);
  await page.getByLabel("预算（元）").fill("20");
  await page.getByRole("button", { name: "保存并启用" }).click();
  await expect(admin.answer).toContainText("不是金额");
  // What was typed stays, and the field says what is wrong with it.
  await expect(page.getByLabel("满多少元")).toHaveValue("100");
  await expect(page.getByLabel("减多少元", { exact: true })).toHaveAccessibleDescription(/不是金额/);
  await admin.expectSound();
  await page.getByLabel("减多少元", { exact: true }).fill("10");
  // Tried on a basket of 120 yuan before it is saved.
  await page.getByLabel("商品（编号或名称） 1").fill("礼盒");
  await page.getByLabel("分类 1").fill(category);
  await page.getByLabel("单价（元） 1").fill("60");
  await page.getByLabel("件数 1").fill("2");
  // The basket begins with what the newest order bought.
  for (const row of [2, 3, 4]) {
    await page.getByLabel(`商品（编号或名称） ${row}`).fill("");
    await page.getByLabel(`单价（元） ${row}`).fill("");
  }
  await page.getByRole("button", { name: "试算" }).click();
  const preview = page.getByTestId("preview");
  await expect(preview.getByRole("listitem").filter({ hasText: "顾客付" })).toContainText("¥110.00");
  await admin.expectSound();
  await page.getByRole("button", { name: "保存并启用" }).click();
  await expect(admin.heading(category)).toBeVisible();
  await expect(page.getByText("活动已建好")).toBeVisible();
  await expect(page.getByText("满100减10").first()).toBeVisible();
  await admin.expectSound();

  const buy = () => createOrder({ items: [{ name: "礼盒", category, price: 60, quantity: 2 }] });
  expect(await buy()).toMatchObject({ amountTotal: 12_000, amountDiscount: 1_000, amountDue: 11_000 });

  await admin.open("/promotions?stage=running");
  const card = page.getByTestId("promotion").filter({ hasText: category });
  await expect(card).toContainText("已用 ¥10.00 / ¥20.00（50%）");
  await expect(card).toContainText("改变了 1 单");
  await card.getByRole("button", { name: `暂停 ${category}` }).click();
  await expect(admin.toast).toHaveText("已暂停，新订单不再享受");
  await expect(card).toHaveCount(0);
  expect(await buy()).toMatchObject({ amountDiscount: 0, amountDue: 12_000 });

  await admin.open("/promotions?stage=paused");
  await card.getByRole("button", { name: `恢复 ${category}` }).click();
  await expect(admin.toast).toHaveText("已恢复，新订单马上享受");
  expect(await buy()).toMatchObject({ amountDiscount: 1_000 });
  // The budget of 20 yuan is used up.
  expect(await buy()).toMatchObject({ amountDiscount: 0 });
});

test("of two people who change a promotion the second is told, and keeps what was typed", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("owner");
  const name = `先后${Date.now()}`;
  await admin.open("/promotions/new?type=percent_off");
  await page.getByLabel("活动名称").fill(name);
  await page.getByLabel("顾客付原价的百分之几").fill("85");
  await page.getByText("哪些商品", { exact: true }).click();
  await page.getByLabel("只限这些分类").fill(name);
  await page.getByRole("button", { name: "先保存，暂不启用" }).click();
  await expect(page.getByText("还没有开始")).toBeVisible();

  await page.getByRole("link", { name: "修改" }).click();
  await page.waitForURL("**/edit");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel("顾客付原价的百分之几").fill("80");
  await other.getByRole("button", { name: "保存修改" }).click();
  await expect(other.getByText("已保存。活动还在暂停，恢复后新订单按新的规则计算")).toBeVisible();

  await page.getByLabel("顾客付原价的百分之几").fill("70");
  await page.getByRole("button", { name: "保存修改" }).click();
  await expect(admin.answer).toContainText("现在是第 2 版");
  await expect(page.getByLabel("顾客付原价的百分之几")).toHaveValue("70");
  await page.getByRole("link", { name: "打开最新内容" }).click();
  await expect(page.getByLabel("顾客付原价的百分之几")).toHaveValue("80");
});

test("a viewer sees promotions and cannot touch them", async ({ page }) => {
  const admin = new Admin(page);
  await admin.enterAs("viewer");
  await admin.open("/promotions");
  await expect(admin.heading("优惠活动")).toBeVisible();
  await expect(page.getByRole("link", { name: "新建活动" })).toHaveCount(0);
  await admin.open("/promotions/new");
  await expect(admin.heading("没有权限")).toBeVisible();
});
