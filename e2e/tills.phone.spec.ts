import { expect, type Page, test } from "@playwright/test";
import { Admin } from "./support/pages/admin.ts";
import { createOrder, readOrder } from "./support/pages/merchant.ts";
import { payInSandbox } from "./support/pages/sandbox.ts";
import { product } from "./support/product.ts";

// A shop gets a store, a till and a cashier; the cashier comes in by PIN, money comes in, and the shift is handed over.

const SHOTS = process.env.TILL_SHOTS;
const shoot = async ({ page }: Admin, name: string) => {
  if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true });
};

test("a store, a till and a cashier; PIN, hand-over, print", async ({ page, browser }, { project }) => {
  test.setTimeout(150_000);
  const admin = new Admin(page);
  const owner = await admin.enterAs("owner");
  const tag = `${project.name}${Date.now() % 100_000}`;
  const store = `西街店${tag}`;

  await admin.open("/settings/stores");
  // Other tests' stores have forms of their own above.
  const adding = page.locator("form", { has: page.getByRole("button", { name: "添加门店" }) });
  await adding.getByLabel("名称").fill(store);
  await adding.getByLabel("编号").fill(tag);
  await adding.getByLabel("地址（选填）").fill("西街 12 号");
  await adding.getByRole("button", { name: "添加门店" }).click();
  const card = page.getByRole("listitem").filter({ hasText: store }).first();
  await expect(card).toBeVisible();
  await card.getByRole("button", { name: "添加收银台" }).click();
  const dialog = page.getByRole("dialog", { name: "添加收银台" });
  await dialog.getByLabel("名称").fill("一号收银台");
  await dialog.getByLabel("编号").fill("1");
  await admin.expectSound();
  await shoot(admin, "01-add-till");
  await dialog.getByRole("button", { name: "添加收银台" }).click();
  await expect(card.getByText("还没有设备")).toBeVisible();
  await admin.expectSound();
  await shoot(admin, "02-stores");

  await admin.open("/settings/cashiers");
  await page.getByLabel("姓名").fill(`王芳${tag}`);
  await page.getByLabel(store).check();
  await page.getByLabel("每单最多可退").fill("20");
  await page.getByLabel("PIN 码").fill("1234");
  await page.getByRole("button", { name: "添加收银员" }).click();
  await expect(admin.answer).toContainText("太容易猜到");
  await page.getByLabel("PIN 码").fill("4827");
  await page.getByRole("button", { name: "添加收银员" }).click();
  await expect(admin.answer).toContainText(`已添加 王芳${tag}`);
  await expect(page.getByText("每单最多退 ¥20.00").first()).toBeVisible();
  await admin.expectSound();
  await shoot(admin, "03-cashiers");

  await admin.open("/counter/sign-in");
  await expect(admin.heading("设为收银台")).toBeVisible();
  await page.getByLabel("这台设备是").selectOption({ label: `${store} · 一号收银台` });
  await admin.expectSound();
  await shoot(admin, "04-bind");
  await page.getByRole("button", { name: "设为收银台" }).click();
  await expect(admin.heading("收银员登录")).toBeVisible();
  await admin.expectSound();
  await shoot(admin, "05-pin");
  // The owner is signed out here.
  await page.goto("/admin/orders");
  await expect(page).toHaveURL(/sign-in/);

  await admin.open("/counter/sign-in");
  await page.getByText(`王芳${tag}`).click();
  for (const digit of ["4", "8", "2", "8"]) await page.getByRole("button", { name: digit, exact: true }).click();
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toHaveText("PIN 码不对");
  await shoot(admin, "06-pin-wrong");
  for (const digit of ["4", "8", "2", "7"]) await page.getByRole("button", { name: digit, exact: true }).click();
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.waitForURL(/\/admin\/counter(?!\/sign-in)/);

  // The till is locked elsewhere: the first touch of what is still on the screen leads to the PIN.
  await admin.open("/counter/shift");
  const other = await page.context().newPage();
  await other.goto("/admin/counter/shift");
  await other.getByRole("button", { name: "锁定 / 换人" }).click();
  await other.waitForURL(/counter\/sign-in/);
  await page.getByRole("button", { name: "交班", exact: true }).click();
  await page.waitForURL(/counter\/sign-in/);
  await other.close();
  await page.getByText(`王芳${tag}`).click();
  await page.getByLabel("PIN 码").fill("4827");
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.waitForURL(/\/admin\/counter(?!\/sign-in)/);

  await tryOrderOfAnotherPlace(page, { storeCode: tag, tillCode: "1" });
  await takeMoney({ storeCode: tag, tillCode: "1" });
  await admin.open("/counter/shift");
  await expect(page.getByTestId("shift-net")).toHaveText("¥12.50");
  await admin.expectSound();
  await shoot(admin, "07-shift");
  await page.getByRole("button", { name: "交班", exact: true }).click();
  await page.getByLabel("备注（选填）").fill("零钱已清点");
  await shoot(admin, "08-hand-over");
  await page.getByRole("button", { name: "确认交班" }).click();
  await expect(admin.heading("第 1 班 · 已交班")).toBeVisible();
  await expect(page.getByTestId("shift-net")).toHaveText("¥12.50");
  await admin.expectSound();
  await shoot(admin, "09-handed-over");
  await page.getByRole("link", { name: "58 毫米" }).click();
  await expect(page.getByTestId("slip")).toContainText("¥12.50");
  await expect(page.getByTestId("slip")).toContainText("零钱已清点");
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("link", { name: "A4" })).toBeHidden();
  await shoot(admin, "10-slip-58");
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("link", { name: "A4" }).click();
  await expect(page).toHaveURL(/paper=a4/);
  await shoot(admin, "11-slip-a4");

  // Nobody is signed in at the till any more.
  await admin.open("/counter/shift");
  await expect(page).toHaveURL(/counter\/sign-in/);

  // The owner takes it over, at another device.
  const elsewhere = new Admin(await (await browser.newContext({ locale: "zh-CN" })).newPage());
  await elsewhere.open();
  await elsewhere.signIn(owner);
  await expect(elsewhere.heading("今日概览")).toBeVisible();
  await elsewhere.open("/shifts");
  await elsewhere.expectSound();
  await shoot(elsewhere, "12-shifts");
  await elsewhere.page.getByRole("link", { name: `${store} · 一号收银台 · 第 1 班` }).click();
  await elsewhere.page.getByRole("button", { name: "接班", exact: true }).click();
  const question = elsewhere.page.getByRole("alertdialog", { name: "接班" });
  await question.getByRole("button", { name: "接班", exact: true }).click();
  await expect(elsewhere.toast).toHaveText("已接班");
  // The menu names who is signed in as well.
  await expect(elsewhere.page.getByRole("main").getByText(owner.email)).toBeVisible();
  await elsewhere.expectSound();
  await shoot(elsewhere, "13-taken-over");
  await elsewhere.page.context().close();
});

/** The shop's own server makes the order at the till, and a shopper pays it. */
interface TillPlace {
  readonly storeCode: string;
  readonly tillCode: string;
}

const COFFEE = { items: [{ name: "拿铁", price: "12.50", quantity: 1 }] };

/** A cashier neither reads nor closes what was not sold at this till, also by a request that the page would not send. */
async function tryOrderOfAnotherPlace(page: Page, place: TillPlace): Promise<void> {
  const [own, other] = [await openOrder(place), await openOrder()];
  const statusOf = async (id: string) => (await page.request.get(`/admin/counter/orders/${id}`)).status();
  expect([await statusOf(own.id), await statusOf(other.id)]).toEqual([200, 404]);
  await page.goto(`/admin/counter?order=${own.id}`);
  const close = page.getByRole("button", { name: "取消这笔" });
  await expect(close).toBeVisible();
  await page.evaluate(swapInRequests, [own.id, other.id] as const);
  await close.click();
  await expect(page.getByText("没有找到")).toBeVisible();
  expect([(await readOrder(own.id)).status, (await readOrder(other.id)).status]).toEqual(["pending", "pending"]);
  await page.goto(`/admin/counter?order=${own.id}`);
  await close.click();
  await expect.poll(async () => (await readOrder(own.id)).status).toBe("closed");
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

async function takeMoney(place: TillPlace): Promise<void> {
  const order = await openOrder(place);
  await payInSandbox({ outTradeNo: order.outTradeNo });
  await expect.poll(async () => (await readOrder(order.id)).status).toBe("paid");
}

/** An order whose code can be scanned. */
async function openOrder(place: Partial<TillPlace> = {}): Promise<{ id: string; outTradeNo: string }> {
  const order = await createOrder({ ...COFFEE, ...place });
  const opened = await fetch(`${product.url}/api/orders/${order.id}/pay`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ channel: "native" }),
  });
  expect(opened.ok).toBe(true);
  return order;
}
