import { test } from "@playwright/test";
import { recordSpeech } from "../pages/counter.ts";
import { tryOrderOfAnotherPlace } from "./guard-till.ts";
import * as office from "./office.ts";
import * as shop from "./open-shop.ts";
import type { ShopDay } from "./shop-day.ts";
import * as till from "./take-money.ts";

/** The whole day, from what `npm start` printed to the new clerk's first look. */
export async function spendDay(day: ShopDay): Promise<void> {
  const { page, names } = day;
  await recordSpeech(page);
  const past = await shop.makePast(names);
  await test.step("open the shop", async () => {
    await shop.signInAsPrinted(day);
    await shop.setUpPlace(day);
    await shop.setRefundRules(day);
    await shop.chooseLook(day);
    await shop.chooseItems(day);
  });
  const address = await test.step("a code at the window", () => shop.makeCode(day));
  const partner = await test.step("invite a partner", () => shop.invite(day, { name: names.partner, role: "finance" }));
  const number = await test.step("collect three ways", async () => {
    await shop.openTill(day);
    await till.takeByCode(day);
    const taken = await till.takeByGun(day);
    await till.takeAtWindow(day, address);
    await till.expectDay(day);
    await tryOrderOfAnotherPlace(day);
    return taken;
  });
  const orderId = await test.step("find an order by its amount", () =>
    office.findByAmount(day, { typed: "2688.88", number }));
  await test.step("refund, with a second person", () => office.refundWithApproval(day, orderId, partner));
  await test.step("read yesterday", () => office.readYesterday(day));
  await test.step("answer the differences", () => office.answerDifferences(day, past));
  await test.step("hand over", () => office.handOver(day, partner));
  await test.step("change a promotion", () => office.changePromotion(day, past));
  await test.step("add a clerk", async () => {
    const clerk = await shop.invite(day, { name: names.clerk, role: "clerk" });
    await office.lookAsClerk(day, clerk);
    await clerk.context().close();
  });
  await partner.context().close();
}
