import os from "node:os";
import { test as base, expect } from "@playwright/test";
import { RunningProduct, type SandboxApi } from "./product.ts";
import { contradictions } from "./proof.ts";
import { FAIR, Shop } from "./shop.ts";

const START_TIMEOUT_MS = 180_000;

/** Tests that kill: each worker has a product of its own, each test finds it whole and must leave it without contradiction. */
export const test = base.extend<
  { product: RunningProduct; shop: Shop },
  { dataParent: string; sandboxApi: SandboxApi; ownFixture: RunningProduct }
>({
  dataParent: [os.tmpdir(), { scope: "worker", option: true }],
  sandboxApi: ["v3", { scope: "worker", option: true }],
  ownFixture: [
    async ({ dataParent, sandboxApi }, use) => {
      const product = await RunningProduct.open(dataParent, { api: sandboxApi });
      await use(product);
      await product.close();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  product: async ({ ownFixture }, use) => {
    await ownFixture.settle();
    await use(ownFixture);
  },
  shop: async ({ product, sandboxApi }, use, testInfo) => {
    const shop = new Shop(product);
    await shop.faults(FAIR);
    await use(shop);
    if (testInfo.status !== "passed") return;
    expect(await contradictions(product, shop)).toEqual([]);
    expect((await shop.trades()).filter(({ apiVersion }) => apiVersion !== sandboxApi)).toEqual([]);
    expect(shop.oddities).toEqual([]);
  },
});
