import { expect } from "@playwright/test";
import { announcePayment } from "../../../lib/texts/spoken-amount.ts";
import { freshAuthCode, typePassword } from "../pages/counter.ts";
import { readOrder } from "../pages/merchant.ts";
import { payInSandbox } from "../pages/sandbox.ts";
import type { ShopDay } from "./shop-day.ts";

/** In fen: by a code on the screen, by the code on a shopper's phone, by the code at the window. */
const TAKEN = { shown: 3_850, scanned: 268_888, window: 660 } as const;

/** The QR code on the screen: shown, paid, seen and heard. */
export async function takeByCode(day: ShopDay): Promise<void> {
  const { page, words } = day;
  await type(day, "26+12.5");
  await expect(page.getByTestId("total")).toHaveText("¥38.50");
  await day.shoot(page, "keypad");
  await page.getByRole("button", { name: words.counter.showCode }).click();
  await expect(page.getByTestId("due")).toHaveText("¥38.50");
  const codeUrl = (await page.getByTestId("qr").getAttribute("data-code")) ?? "";
  await day.shoot(page, "code-shown");
  await payInSandbox({ codeUrl });
  await expectPaid(day, { amount: "¥38.50", fen: TAKEN.shown });
  await day.shoot(page, "paid");
  await next(day);
}

/** The scanner gun, a shopper who has to type the password, and an amount that the sandbox asks it for. @returns the order's number */
export async function takeByGun(day: ShopDay): Promise<string> {
  const { page, words } = day;
  await type(day, "2688.88");
  await page.evaluate(
    (keys) => {
      for (const key of [...keys, "Enter"]) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    },
    await freshAuthCode(),
  );
  await expect(page.getByTestId("charging")).toHaveText(words.counter.charging.password);
  await day.shoot(page, "asks-for-password");
  const id = await page.evaluate(() => sessionStorage.getItem("lingfu-counter-order"));
  const { outTradeNo } = await readOrder(id ?? "");
  await typePassword(outTradeNo);
  await expectPaid(day, { amount: "¥2,688.88", fen: TAKEN.scanned });
  await day.shoot(page, "paid-by-gun");
  await next(day);
  return outTradeNo;
}

/** A shopper scans the code at the window and pays in WeChat; the till hears of it. */
export async function takeAtWindow(day: ShopDay, address: string): Promise<void> {
  const { page, words, names } = day;
  const { collect } = words;
  const shopper = await day.otherPhone();
  await shopper.goto(address);
  await day.expectTitle(shopper, names.code);
  for (const key of "6.6") await shopper.locator(`[data-key="${key}"]`).click();
  await day.shoot(shopper, "window-amount");
  await shopper.getByRole("button", { name: collect.go, exact: true }).click();
  await shopper.waitForURL("**/pay/**");
  const order = await readOrder(new URL(shopper.url()).pathname.split("/").at(-1) ?? "");
  await day.shoot(shopper, "window-pay");
  await shopper
    .getByTestId("pay")
    .or(shopper.getByRole("button", { name: /¥6\.60/ }))
    .first()
    .click();
  await shopper.waitForURL(/checkmweb/);
  const back = new URL(shopper.url()).searchParams.get("redirect_url") ?? "";
  await payInSandbox({ outTradeNo: order.outTradeNo });
  await shopper.goto(back);
  await expect.poll(async () => (await readOrder(order.id)).amountPaid).toBe(TAKEN.window);
  await expect(shopper.getByTestId("outcome")).toBeVisible();
  await expect(shopper.getByText("¥6.60").first()).toBeVisible();
  await day.shoot(shopper, "window-paid");
  await shopper.context().close();
  await expectSpoken(day, TAKEN.window);
  await expect(page.getByTestId("day")).toContainText("¥6.60");
  await expect(page.getByTestId("day")).toContainText(names.code);
}

/** The list of the day below the keypad has all three, to the fen. */
export async function expectDay(day: ShopDay): Promise<void> {
  const { page, words } = day;
  const sum = page.getByTestId("day-sum");
  await expect(sum).toContainText("¥2,733.98");
  await expect(sum).toContainText(day.filled(words.counter.day.sum, { count: 3 }));
  await sum.scrollIntoViewIfNeeded();
  await day.shoot(page, "day-list");
}

async function type({ page, words }: ShopDay, keys: string): Promise<void> {
  const { keys: names } = words.counter;
  const pad = page.getByRole("group", { name: names.pad });
  for (const key of keys) {
    const name = key === "." ? names.point : key === "+" ? names.plus : key;
    await pad.getByRole("button", { name, exact: true }).click();
  }
}

async function expectPaid(day: ShopDay, { amount, fen }: { amount: string; fen: number }): Promise<void> {
  await expect(day.page.getByTestId("paid-amount")).toHaveText(amount);
  await expectSpoken(day, fen);
}

/** This device says Chinese until somebody chooses otherwise. */
async function expectSpoken({ page }: ShopDay, fen: number): Promise<void> {
  const spoken = () =>
    page.evaluate(() => (window as unknown as { spoken: { text: string }[] }).spoken.map(({ text }) => text));
  await expect.poll(spoken).toContain(announcePayment(fen, "zh-CN").text);
}

async function next({ page, words }: ShopDay): Promise<void> {
  await page.getByRole("button", { name: words.counter.done }).click();
  await expect(page.getByTestId("total")).toHaveText("¥0.00");
}
