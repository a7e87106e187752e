import { expect, type Page } from "@playwright/test";
import { fullDay } from "../../../components/admin/moments.ts";
import { createOrder, readOrder } from "../pages/merchant.ts";
import { setFaults } from "../pages/sandbox.ts";
import { product } from "../product.ts";
import { yesterday } from "../yesterday.ts";
import { lockElsewhere } from "./guard-till.ts";
import { type Past, YESTERDAY } from "./open-shop.ts";
import type { ShopDay } from "./shop-day.ts";
import { wordsOf } from "./words.ts";

const sum = YESTERDAY.reduce((total, { fen }) => total + fen, 0);
const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`;

/** Found by what it cost, and opened. @returns its id */
export async function findByAmount(
  day: ShopDay,
  { typed, number }: { typed: string; number: string },
): Promise<string> {
  const { page, words } = day;
  const { orders, order, filter } = words.admin;
  await page.goto("/admin");
  await day.tab(page, words.admin.nav.orders);
  await page.getByLabel(orders.search).fill(typed);
  await page.getByRole("button", { name: filter, exact: true }).click();
  await expect(page.getByTestId("sums")).toContainText(
    day.filled(orders.sum, { orders: 1, due: "¥2,688.88", ordersPaid: 1, paid: "¥2,688.88" }),
  );
  await day.shoot(page, "found-by-amount");
  await page.getByRole("link", { name: number }).click();
  await day.expectTitle(page, day.filled(order.title, { number }));
  await day.shoot(page, "order");
  return new URL(page.url()).pathname.split("/").at(-1) ?? "";
}

/** More than one person may give back alone: asked for here, approved on the other's phone, and then it is sent. */
export async function refundWithApproval(day: ShopDay, orderId: string, partner: Page): Promise<void> {
  const { page, words, names } = day;
  const { refund, home } = words.admin;
  const { approvals } = words;
  await page.locator("#content").getByRole("link", { name: refund.title, exact: true }).click();
  await page.getByLabel(refund.part).check();
  await page.getByLabel(refund.partLabel).fill("2600");
  await page.getByLabel(refund.reason).fill(names.refundReason);
  await day.shoot(page, "refund-form");
  await page.getByRole("button", { name: refund.preview }).click();
  await expect(page.getByTestId("refund-amount")).toHaveText("¥2,600.00");
  await expect(page.getByText(approvals.preview)).toBeVisible();
  await day.shoot(page, "refund-preview");
  await page.getByRole("button", { name: day.filled(approvals.submit, { amount: "¥2,600.00" }) }).click();
  await expect(page.getByTestId("approval")).toContainText(approvals.own);
  await day.shoot(page, "refund-asked");
  expect((await readOrder(orderId)).amountRefunded).toBe(0);

  await partner.goto("/admin");
  await day.shoot(partner, "partner-home");
  await partner.getByRole("link", { name: home.refundApprovals[0] ?? "" }).click();
  const card = partner.getByTestId("approval").filter({ hasText: "¥2,600.00" });
  await expect(card).toContainText(names.refundReason);
  await day.shoot(partner, "approval");
  await card.getByRole("button", { name: approvals.approve, exact: true }).click();
  const question = partner.getByRole("alertdialog", { name: approvals.approve });
  await day.shoot(partner, "approve-question");
  await question.getByRole("button", { name: day.filled(approvals.approveConfirm, { amount: "¥2,600.00" }) }).click();
  await expect(day.toast(partner)).toHaveText(approvals.approvedDone);
  await expect(card).toHaveCount(0);
  await day.shoot(partner, "approved");

  await expect.poll(async () => (await readOrder(orderId)).amountRefunded).toBe(260_000);
  await expect(page.getByTestId("timeline")).toContainText(
    day.filled(approvals.story.approved, { amount: "¥2,600.00" }),
  );
  await expect(page.getByTestId("order-amount")).toContainText("¥2,688.88");
  await day.shoot(page, "refunded-order");
}

/** What was taken yesterday, on the first page and opened. */
export async function readYesterday(day: ShopDay): Promise<void> {
  const { page, words } = day;
  const { home, trends } = words.admin;
  await day.tab(page, words.admin.nav.home);
  await day.expectTitle(page, home.title);
  const link = page.getByRole("link", { name: home.yesterday, exact: true });
  const card = link.locator("xpath=..");
  await expect(card).toContainText(yuan(sum));
  await expect(card).toContainText(day.filled(home.yesterdayNote, { net: yuan(sum), count: YESTERDAY.length }));
  await day.shoot(page, "home");
  await link.click();
  await day.expectTitle(page, day.filled(trends.reading, { day: fullDay(yesterday(), day.language) }));
  const figure = page.getByTestId("figure").filter({ has: page.getByText(trends.measures.paid, { exact: true }) });
  await expect(figure.getByTestId("figure-value")).toHaveText(yuan(sum));
  await day.shoot(page, "yesterday");
  await figure.getByRole("link", { name: trends.measures.paid, exact: true }).click();
  await expect(page.getByTestId("sums")).toContainText(yuan(sum));
  await day.shoot(page, "yesterdays-orders");
}

/** Yesterday against WeChat's bill: one difference is asked about, and both are answered. */
export async function answerDifferences(day: ShopDay, { orders }: Past): Promise<void> {
  const { page, words, names } = day;
  const { reconciliation } = words.admin;
  await setFaults({ bill: { alwaysReady: true } });
  await day.tab(page, words.admin.nav.reconciliation);
  await day.shoot(page, "reconciliation");
  await page.getByRole("button", { name: reconciliation.run }).click();
  await day.expectTitle(page, day.filled(reconciliation.day, { day: fullDay(yesterday(), day.language) }));
  await day.shoot(page, "differences");
  for (const [at, { outTradeNo }] of orders.entries()) {
    const mine = page.getByTestId("difference").filter({ hasText: outTradeNo });
    const { fen = 0 } = YESTERDAY[at] ?? {};
    await expect(mine).toContainText(yuan(fen));
    if (at === 0) {
      await mine.getByRole("button", { name: reconciliation.ask }).click();
      await expect(day.answer(page)).toHaveText(day.filled(reconciliation.asked.paid, { amount: yuan(fen) }));
      await day.shoot(page, "asked");
    }
    await mine.getByRole("button", { name: reconciliation.accept }).click();
    const dialog = page.getByRole("alertdialog", { name: reconciliation.accept });
    await dialog.getByLabel(reconciliation.reason).fill(names.closing);
    if (at === 0) await day.shoot(page, "close-difference");
    await dialog.getByRole("button", { name: reconciliation.acceptConfirm }).click();
    await expect(mine).toContainText(names.closing);
  }
  await expect(page.getByText(reconciliation.answeredTitle, { exact: true })).toBeVisible();
  await day.shoot(page, "differences-answered");
  await expectDifferencesKept(day, orders[0]?.outTradeNo ?? "");
}

/** In a file for the bookkeeper, and in the records with who did it. */
async function expectDifferencesKept({ page, words }: ShopDay, number: string): Promise<void> {
  const { audit } = words.admin;
  const table = await page.request.get(`/admin/reconciliation/${yesterday()}/differences.csv`);
  expect(table.headers()["content-type"]).toContain("text/csv");
  const line = (await table.text()).split("\r\n").find((each) => each.includes(number));
  expect(line).toContain(`,'${number},`);
  // In the language of the shop, whatever that of the reader.
  expect(line).toContain(`,${wordsOf("zh-CN").admin.reconciliation.kinds.only_in_book},`);
  expect(line).toMatch(/,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,/);
  await page.goto("/admin/settings/audit");
  for (const action of ["discrepancy.closed", "discrepancy.ask", "discrepancy.export", "reconciliation.run"]) {
    const row = page.getByRole("row").filter({ hasText: audit.actions[action] ?? action });
    await expect(row.filter({ hasText: product.firstSignIn.email }).first()).toBeVisible();
  }
}

/** At the till: what it took, signed, as a slip; the partner takes it over. */
export async function handOver(day: ShopDay, partner: Page): Promise<void> {
  const { page, words, names } = day;
  const { shift, shifts, frame } = words.tills;
  await page.goto("/admin/counter");
  await page.getByRole("link", { name: frame.handOver, exact: true }).click();
  await day.expectTitle(page, day.filled(shift.title, { number: 1 }));
  await expect(page.getByTestId("shift-net")).toHaveText("¥133.98");
  await day.shoot(page, "shift");
  await lockElsewhere(day);
  await page.getByRole("link", { name: frame.handOver, exact: true }).click();
  await expect(page.getByTestId("shift-net")).toHaveText("¥133.98");
  await page.getByRole("button", { name: shift.handOver, exact: true }).click();
  await page.getByLabel(shift.noteLabel).fill(names.shiftNote);
  await day.shoot(page, "hand-over");
  await page.getByRole("button", { name: shift.confirm }).click();
  await day.expectTitle(page, `${day.filled(shift.title, { number: 1 })} · ${shift.done}`);
  await expect(page.getByTestId("shift-net")).toHaveText("¥133.98");
  await day.shoot(page, "handed-over");
  await page.getByRole("link", { name: shifts.papers["58"] }).click();
  const slip = page.getByTestId("slip");
  for (const part of ["¥2,733.98", "¥2,600.00", "¥133.98", names.shiftNote, names.cashier]) {
    await expect(slip).toContainText(part);
  }
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("link", { name: shifts.papers.a4 })).toBeHidden();
  await day.shoot(page, "slip-58");
  await page.emulateMedia({ media: "screen" });
  // Nobody is signed in at the till any more.
  await page.goto("/admin/counter/shift");
  await expect(page).toHaveURL(/counter\/sign-in/);

  await day.room(partner, shifts.menu);
  await day.shoot(partner, "shifts");
  await partner.getByRole("link", { name: new RegExp(`^${names.store} · ${names.till}`) }).click();
  await expect(partner.getByTestId("shift-net")).toHaveText("¥133.98");
  await day.confirm(partner, shifts.receive, shifts.receive);
  await expect(day.toast(partner)).toHaveText(shifts.receiveDone);
  await day.shoot(partner, "taken-over");
  await replaceTill(day, partner);
}

/** Another phone becomes the till: it is signed out of the dashboard, and the first one is a till no more. */
async function replaceTill(day: ShopDay, partner: Page): Promise<void> {
  const { page, words, names } = day;
  const { bind, signIn } = words.tills;
  await partner.goto("/admin/counter/sign-in");
  await partner.getByLabel(bind.till).selectOption({ label: `${names.store} · ${names.till}${bind.replaces}` });
  await partner.getByRole("button", { name: bind.submit }).click();
  await day.expectTitle(partner, signIn.title);
  await partner.goto("/admin/orders");
  await expect(partner).toHaveURL(/\/admin\/sign-in/);
  await page.goto("/admin/counter");
  await expect(page.getByRole("navigation", { name: words.admin.menu })).toBeVisible();
}

/** Ten yuan off become fifteen, and then it is paused: each at once, for the next order. */
export async function changePromotion(day: ShopDay, { promotion, category }: Past): Promise<void> {
  const { page, words, names } = day;
  const { promotions } = words;
  const buy = async () =>
    (await createOrder({ items: [{ name: names.item, category, price: 60, quantity: 2 }] })).amountDue;
  expect(await buy()).toBe(11_000);
  await page.goto("/admin");
  await day.room(page, promotions.title);
  const card = page.getByTestId("promotion").filter({ has: page.locator(`a[href$="/${promotion.id}"]`) });
  await day.shoot(page, "promotions");
  await card.getByRole("link", { name: names.promotion }).click();
  await page.getByRole("link", { name: promotions.actions.edit, exact: true }).click();
  await day.expectTitle(page, promotions.form.editTitle);
  await page.getByLabel(promotions.form.off, { exact: true }).fill("15");
  await day.shoot(page, "edit-promotion");
  await page.getByRole("button", { name: promotions.form.save }).click();
  await expect(page.getByText(promotions.saved.running)).toBeVisible();
  await day.shoot(page, "promotion");
  expect(await buy()).toBe(10_500);
  await page.getByRole("button", { name: `${promotions.actions.pause} ${names.promotion}` }).click();
  await expect(day.toast(page)).toHaveText(promotions.actions.paused);
  await expect(page.getByText(promotions.saved.paused)).toBeVisible();
  await day.shoot(page, "promotion-paused");
  expect(await buy()).toBe(12_000);
}

/** What a clerk has on the phone: the counter, and nothing that is the owner's. */
export async function lookAsClerk(day: ShopDay, clerk: Page): Promise<void> {
  const { words } = day;
  await clerk.goto("/admin");
  await day.shoot(clerk, "clerk-home");
  await day.tab(clerk, words.admin.nav.counter);
  await expect(clerk.getByRole("group", { name: words.counter.keys.pad })).toBeVisible();
  await day.shoot(clerk, "clerk-counter");
  await clerk.goto("/admin/settings/users");
  await day.expectTitle(clerk, words.admin.errors.forbiddenTitle);
}
