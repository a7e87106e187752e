import os from "node:os";
import { test as base, expect } from "@playwright/test";
import { House, type SandboxApi } from "./house.ts";
import { contradictions } from "./proof.ts";
import { FAIR, Shop } from "./shop.ts";

const START_TIMEOUT_MS = 180_000;

/** Tests that kill: each worker has a product of its own, each test finds it whole and must leave it without contradiction. */
export const test = base.extend<
  { house: House; shop: Shop },
  { dataParent: string; sandboxApi: SandboxApi; ownHouse: House }
>({
  dataParent: [os.tmpdir(), { scope: "worker", option: true }],
  sandboxApi: ["v3", { scope: "worker", option: true }],
  ownHouse: [
    async ({ dataParent, sandboxApi }, use) => {
      const house = await House.open(dataParent, sandboxApi);
      await use(house);
      await house.close();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  house: async ({ ownHouse }, use) => {
    await ownHouse.settle();
    await use(ownHouse);
  },
  shop: async ({ house, sandboxApi }, use, testInfo) => {
    const shop = new Shop(house);
    await shop.faults(FAIR);
    await use(shop);
    if (testInfo.status !== "passed") return;
    expect(await contradictions(house, shop)).toEqual([]);
    expect((await shop.trades()).filter(({ apiVersion }) => apiVersion !== sandboxApi)).toEqual([]);
    expect(shop.oddities).toEqual([]);
  },
});
