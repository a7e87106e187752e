import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Bench, control, openBench } from "./client.ts";
import { type CallV2Options, callV2, type MerchantV2, readMerchantV2, type V2Fields } from "./client-v2.ts";

/** A bench for the whole test file, as new before each test. */
export function benchFixture() {
  const own = {} as { bench: Bench; merchant: MerchantV2 };
  beforeAll(async () => {
    own.bench = await openBench();
    own.merchant = await readMerchantV2(own.bench);
  });
  beforeEach(async () => {
    await control(own.bench.sandbox, "reset", {});
    own.bench.shop.received.length = 0;
  });
  afterAll(() => own.bench.close());
  /** A call of API v2, signed by the merchant. */
  const send = (path: string, fields: V2Fields, options?: CallV2Options) =>
    callV2({ sandbox: own.bench.sandbox, merchant: own.merchant }, path, fields, options);
  return { own, send };
}
