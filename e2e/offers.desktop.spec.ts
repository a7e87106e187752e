import { expect, test } from "@playwright/test";
import { readOrder } from "./support/pages/merchant.ts";
import { payInSandbox, tradesOf } from "./support/pages/sandbox.ts";
import { Shop } from "./support/pages/shop.ts";

const OFFER = "demo-till-3";

test("an offer taken and left after the code was shown: one price, and one trade that can be paid", async ({
  page,
}) => {
  const shop = new Shop(page);
  await shop.open();
  await shop.add("燕麦拿铁");
  await shop.checkOut();
  const orderId = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  const pay = async (offers?: readonly string[]) => {
    const data = { channel: "native", ...(offers && { offers }) };
    const answer = await page.request.post(`/api/orders/${orderId}/pay`, { data });
    return { status: answer.status(), ...(await answer.json()) };
  };
  const shown = await pay();
  expect(shown).toMatchObject({ status: 200, amountDue: 2_600 });
  const taken = await pay([OFFER]);
  expect(taken).toMatchObject({ status: 200, amountDue: 2_300 });
  expect(taken.codeUrl).not.toBe(shown.codeUrl);
  expect(await pay([OFFER]), "asked again").toEqual(taken);
  const refused = await pay(["demo-second-half"]);
  expect(refused).toMatchObject({ status: 400, code: "invalid_request", errors: [{ path: "offers[0]" }] });
  expect(await pay([])).toMatchObject({ amountDue: 2_600 });
  const last = await pay([OFFER]);
  const { outTradeNo } = await readOrder(orderId);
  const open = (await tradesOf(outTradeNo)).filter(({ state }) => state === "NOTPAY");
  expect(open.map(({ codeUrls }) => codeUrls.at(-1))).toEqual([last.codeUrl]);
  await payInSandbox({ codeUrl: last.codeUrl });
  await expect.poll(async () => (await readOrder(orderId)).status).toBe("paid");
  const paid = await readOrder(orderId);
  expect(paid).toMatchObject({ amountTotal: 2_600, amountDiscount: 300, amountDue: 2_300, amountPaid: 2_300 });
  expect(paid.discounts).toMatchObject([{ id: OFFER, amount: 300 }]);
});
