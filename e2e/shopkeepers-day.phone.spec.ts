import { type Page, test } from "@playwright/test";
import { ShopDay } from "./support/day/shop-day.ts";
import { spendDay } from "./support/day/spend-day.ts";
import { PLAIN_NAMES } from "./support/day/words.ts";
import { Admin } from "./support/pages/admin.ts";

// Goal: a shopkeeper spends a whole day with nothing but a phone, and every sum is right to the fen.
// The same day in Chinese, English and dark, with a picture of each step: npm run screenshots:day (e2e/screenshots/day.ts).

/** What no walk of all pages comes to: dialogs, screens over the whole phone, and pages behind a PIN or a link. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  ...["add-till", "bind-till", "pin-wrong", "join-clerk", "invited-clerk"],
  ...["code-shown", "asks-for-password", "paid", "day-list"],
  ...["refund-preview", "refund-asked", "approve-question", "close-difference"],
  ...["hand-over", "handed-over", "slip-58", "shifts", "taken-over"],
]);

test("a shopkeeper's day on a phone", async ({ page, browser }) => {
  test.setTimeout(240_000);
  const shoot = (shown: Page, name: string) =>
    LOOKED_AT.has(name) ? new Admin(shown).expectSound() : Promise.resolve();
  await spendDay(new ShopDay({ page, browser, language: "zh-CN", names: PLAIN_NAMES, shoot, isAlone: false }));
});
