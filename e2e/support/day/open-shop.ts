import { expect, type Page } from "@playwright/test";
import type { OrderView } from "../../../lib/contract/order.ts";
import type { PromotionView } from "../../../lib/contract/promotion.ts";
import { callMerchant, createOrder, openTrade } from "../pages/merchant.ts";
import { payOnceOpen } from "../pages/sandbox.ts";
import { product } from "../product.ts";
import { movePaidOrders } from "../yesterday.ts";
import type { ShopDay } from "./shop-day.ts";

/** The name that the sandbox brings. */
const SAMPLE_SHOP = "灵付演示店";
const PASSWORD = "seven green teapots";
export const PIN = "4827";
/** Above this a second person approves. */
const APPROVAL_YUAN = 2_000;

/** What was sold the day before, in fen. */
export const YESTERDAY = [
  { fen: 12_800, minute: 9 * 60 + 12 },
  { fen: 4_550, minute: 18 * 60 + 45 },
] as const;

/** What a shop has after its first weeks: yesterday's orders, and a promotion that runs. */
export async function makePast(names: { readonly item: string; readonly promotion: string }) {
  const orders: OrderView[] = [];
  for (const { fen } of YESTERDAY) {
    const order = await createOrder({ items: [{ name: names.item, unitAmount: fen, quantity: 1 }] });
    await openTrade(order.id);
    await payOnceOpen(order.outTradeNo);
    await expect.poll(async () => (await callMerchant<OrderView>(`/orders/${order.id}`)).status).toBe("paid");
    orders.push(order);
  }
  await movePaidOrders(orders.map(({ id }, at) => ({ id, minute: YESTERDAY[at]?.minute ?? 0 })));
  const category = `gifts-${Date.now()}`;
  const promotion = await callMerchant<PromotionView>("/promotions", {
    type: "amount_off",
    phase: "order",
    name: names.promotion,
    threshold: { amount: 10_000 },
    off: 1_000,
    scope: { categories: [category] },
  });
  return { orders, promotion, category };
}
export type Past = Awaited<ReturnType<typeof makePast>>;

/** By what `npm start` printed, and through the password that has to be chosen first. */
export async function signInAsPrinted(day: ShopDay): Promise<void> {
  const { page, words } = day;
  const { signIn, password } = words.admin;
  await page.goto("/admin");
  await day.shoot(page, "sign-in");
  await page.getByLabel(signIn.email).fill(product.firstSignIn.email);
  await page.getByLabel(signIn.password).fill(product.firstSignIn.password);
  await page.getByRole("button", { name: signIn.submit, exact: true }).click();
  await day.expectTitle(page, password.title);
  await page.getByLabel(password.current).fill(product.firstSignIn.password);
  await page.getByLabel(password.next).fill(PASSWORD);
  await day.shoot(page, "first-password");
  await page.getByRole("button", { name: password.submit }).click();
  await day.expectTitle(page, words.admin.home.title);
  await day.shoot(page, "first-home");
}

/** A store, a till in it, and who may stand at it. */
export async function setUpPlace(day: ShopDay): Promise<void> {
  const { page, words, names } = day;
  const { stores, cashiers } = words.tills;
  await day.setting(stores.title);
  const adding = page.locator("form", { has: page.getByRole("button", { name: stores.create }) });
  await adding.getByLabel(stores.name).fill(names.store);
  await adding.getByLabel(stores.code).fill("west");
  await adding.getByRole("button", { name: stores.create }).click();
  const card = page.getByRole("listitem").filter({ hasText: names.store }).first();
  await card.getByRole("button", { name: stores.addTill }).click();
  const dialog = page.getByRole("dialog", { name: stores.addTill });
  await dialog.getByLabel(stores.name).fill(names.till);
  await dialog.getByLabel(stores.code).fill("1");
  await day.shoot(page, "add-till");
  await dialog.getByRole("button", { name: stores.addTill }).click();
  await expect(card.getByText(stores.noDevice)).toBeVisible();
  await day.shoot(page, "stores");

  await day.setting(cashiers.title);
  await page.getByLabel(cashiers.name).fill(names.cashier);
  await page.getByLabel(names.store).check();
  await page.getByLabel(cashiers.refund).fill("50");
  await page.getByLabel(cashiers.pin).fill(PIN);
  await page.getByRole("button", { name: cashiers.create }).click();
  await expect(day.answer(page)).toContainText(day.filled(cashiers.made, { name: names.cashier }));
  await expect(page.getByText(day.filled(cashiers.mayRefund, { amount: "¥50.00" })).first()).toBeVisible();
  await day.shoot(page, "cashiers");
}

/** What shoppers see of the shop. Other tests look at pay pages meanwhile, so there it keeps its name. */
export async function chooseLook(day: ShopDay): Promise<void> {
  const { page, words, names } = day;
  await day.setting(words.look.title);
  await page.getByLabel(words.look.name).fill(day.isAlone ? names.shop : SAMPLE_SHOP);
  if (day.isAlone) await page.getByLabel(words.look.color, { exact: true }).fill("#1d4ed8");
  await day.shoot(page, "look");
  await page.getByRole("button", { name: words.look.save }).click();
  // The editor is drawn anew with what was saved.
  await expect(day.toast(page)).toHaveText(words.look.saved);
}

/** What the keypad offers by one touch: the same as another test says. */
export async function chooseItems(day: ShopDay): Promise<void> {
  const { page, words } = day;
  const { settings } = words.counter;
  await day.tab(page, words.admin.nav.counter);
  const panel = page.getByTestId("counter-settings");
  await panel.getByText(settings.title).click();
  const labelled = (text: string) => panel.getByLabel(text.split(/[(（]/)[0] ?? "");
  await labelled(settings.items).fill("燕麦拿铁 26\n黄油可颂 12.5");
  await labelled(settings.presets).fill("10 20 50");
  await panel.scrollIntoViewIfNeeded();
  await day.shoot(page, "counter-settings");
  await panel.getByRole("button", { name: settings.save }).click();
  await expect(page.getByTestId("settings-answer")).toHaveText(settings.saved);
}

export async function setRefundRules(day: ShopDay): Promise<void> {
  const { page, words } = day;
  const { rules } = words.approvals;
  await day.setting(rules.title);
  await page.getByLabel(rules.approvalOn).check();
  await page.getByLabel(rules.approvalAbove).first().fill(String(APPROVAL_YUAN));
  await page.getByRole("button", { name: rules.save }).click();
  await expect(day.answer(page)).toContainText(rules.saved);
  await page.reload();
  await expect(page.getByLabel(rules.approvalAbove).first()).toHaveValue("2000.00");
  await day.shoot(page, "refund-rules");
}

/** Somebody gets a link, opens it on a phone of their own, and is in. @returns that phone */
export async function invite(day: ShopDay, person: { name: string; role: "finance" | "clerk" }): Promise<Page> {
  const { page, words } = day;
  const { people, admin } = words;
  await day.setting(people.title);
  await page.getByRole("button", { name: people.invite.title, exact: true }).click();
  const dialog = page.getByRole("dialog", { name: people.invite.title });
  await dialog.getByLabel(people.invite.email).fill(`${person.role}-day@shop.test`);
  await dialog.getByLabel(people.invite.role).selectOption(person.role);
  await dialog.getByRole("button", { name: people.invite.submit }).click();
  const link = await day.answer(page).locator("code").innerText();
  await expect(day.answer(page).locator("figure svg")).toBeVisible();
  await day.shoot(page, `invited-${person.role}`);

  const phone = await day.otherPhone();
  await phone.goto(link);
  await phone.getByLabel(people.join.name).fill(person.name);
  await phone.getByLabel(people.join.password).fill("nine blue kettles");
  await day.shoot(phone, `join-${person.role}`);
  await phone.getByRole("button", { name: people.join.submit }).click();
  await day.expectTitle(phone, admin.home.title);
  await phone.goto(link);
  await day.expectTitle(phone, people.join.gone.used[0] ?? "");
  return phone;
}

/** A code that shoppers scan at the window. @returns its page's address */
export async function makeCode(day: ShopDay): Promise<string> {
  const { page, words, names } = day;
  const { collection } = words;
  await day.room(page, collection.title);
  await page.getByRole("link", { name: collection.make }).click();
  await page.getByLabel(collection.form.label, { exact: true }).fill(names.code);
  await page.getByLabel(collection.form.place).selectOption({ label: `${names.store} · ${names.till}` });
  await day.shoot(page, "new-code");
  await page.getByRole("button", { name: collection.form.submit, exact: true }).click();
  await expect(page.getByText(collection.made)).toBeVisible();
  await day.shoot(page, "code-made");
  const link = page.getByRole("main").locator("a[href*='/c/']").first();
  return (await link.getAttribute("href")) ?? "";
}

/** This phone becomes the till, and the cashier comes in by PIN. */
export async function openTill(day: ShopDay): Promise<void> {
  const { page, words, names } = day;
  const { bind, signIn } = words.tills;
  await page.goto("/admin/counter/sign-in");
  await page.getByLabel(bind.till).selectOption({ label: `${names.store} · ${names.till}` });
  // It is the shopkeeper's own phone.
  await page.getByLabel(bind.signOut).uncheck();
  await day.shoot(page, "bind-till");
  await page.getByRole("button", { name: bind.submit }).click();
  await day.expectTitle(page, signIn.title);
  await page.getByText(names.cashier).click();
  await typePin(page, signIn.submit, "4828");
  await expect(page.getByRole("alert").filter({ hasText: /./ })).toHaveText(signIn.wrong);
  await day.shoot(page, "pin-wrong");
  await typePin(page, signIn.submit, PIN);
  await page.waitForURL(/\/admin\/counter(?!\/sign-in)/);
}

/** By the keys on the screen. */
export async function typePin(page: Page, submit: string, pin: string): Promise<void> {
  for (const digit of pin) await page.getByRole("button", { name: digit, exact: true }).click();
  await page.getByRole("button", { name: submit, exact: true }).click();
}
