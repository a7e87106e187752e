import { test as base } from "@playwright/test";
import { House } from "./house.ts";
import { Shop } from "./shop.ts";

const START_TIMEOUT_MS = 180_000;

/** Tests that kill: each worker has a product of its own, and each test finds it whole. */
export const test = base.extend<{ house: House; shop: Shop }, { ownHouse: House }>({
  ownHouse: [
    async ({}, use) => {
      const house = await House.open();
      await use(house);
      await house.close();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  house: async ({ ownHouse }, use) => {
    await ownHouse.settle();
    await use(ownHouse);
  },
  shop: async ({ house }, use) => {
    await use(new Shop(house));
  },
});
