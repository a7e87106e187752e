import type { Shopper } from "./records.ts";
import type { World } from "./world.ts";

/** Who can hold the phone from the start. Fixed openids, so that tests can name them without asking. */
export const DEFAULT_SHOPPERS: readonly [Shopper, Shopper] = [
  { openid: "oSandboxShopperXiaoMing00001", name: "小明" },
  { openid: "oSandboxShopperXiaoHong00002", name: "小红" },
];

export const shoppersOf = ({ store }: World): Shopper[] => [...DEFAULT_SHOPPERS, ...store.shoppers.values()];

export const shopperByOpenid = (world: World, openid: string | undefined): Shopper | undefined =>
  shoppersOf(world).find((shopper) => shopper.openid === openid);
