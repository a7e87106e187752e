import { expect, test } from "vitest";
import { PAY_PAGE_ORDERS_PER_ADDRESS } from "#lib/base/limits.ts";
import { createRateLimits } from "./rate-limits.ts";

test("one address makes a limited number of orders and learns when to come back; others are not affected", async () => {
  const limits = createRateLimits();
  for (let made = 0; made < PAY_PAGE_ORDERS_PER_ADDRESS; made++) await limits.countPayPageOrder("1.1.1.1");
  const refused = limits.countPayPageOrder("1.1.1.1");
  await expect(refused).rejects.toMatchObject({ code: "rate_limited" });
  const retryAfterS = await refused.catch((cause: { retryAfterS: number }) => cause.retryAfterS);
  expect(retryAfterS).toBeGreaterThan(1);
  expect(retryAfterS).toBeLessThanOrEqual(600);
  await limits.countPayPageOrder("2.2.2.2");
  await limits.countApiCall("1.1.1.1");
});

test("WeChat is asked for one order once, for another as well", async () => {
  const limits = createRateLimits();
  expect([await limits.mayAskFor("a"), await limits.mayAskFor("a"), await limits.mayAskFor("b")]).toEqual([
    true,
    false,
    true,
  ]);
});
