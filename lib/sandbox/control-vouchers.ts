import { BadControl, optional, readObject } from "./control-request.ts";
import { type Answer, type Incoming, json } from "./protocol/http.ts";
import { DEFAULT_SHOPPERS, shopperByOpenid } from "./shoppers.ts";
import { giveVoucher, vouchersOf } from "./vouchers.ts";
import type { World } from "./world.ts";

/** Puts a voucher of WeChat's own into somebody's wallet. */
export function addVoucher(world: World, { body }: Incoming): Answer {
  const request = readObject(body);
  const openid = optional(request, "openid", "string") ?? DEFAULT_SHOPPERS[0].openid;
  if (shopperByOpenid(world, openid) === undefined) throw new BadControl("not_found", "unknown openid");
  const type = optional(request, "type", "string") ?? "CASH";
  if (type !== "CASH" && type !== "NOCASH") throw new BadControl("invalid_request", '"type" must be CASH or NOCASH');
  const goodsTag = optional(request, "goodsTag", "string") ?? "";
  if (goodsTag.length > 32) throw new BadControl("invalid_request", '"goodsTag" must have at most 32 characters');
  const amount = amountIn(request, "amount", { least: 1 });
  const byMerchant = type === "NOCASH" ? amount : amountIn(request, "byMerchant", { most: amount });
  const voucher = giveVoucher(world, {
    ...{ openid, type, amount, goodsTag, byMerchant },
    name: (optional(request, "name", "string") ?? "微信支付代金券").slice(0, 64),
    batch: optional(request, "batch", "string") ?? "10008888",
    minimum: amountIn(request, "minimum"),
  });
  return json(200, voucher);
}

const AMOUNT_MAX = 1_000_000_000;

function amountIn(request: Record<string, unknown>, name: string, { least = 0, most = AMOUNT_MAX } = {}): number {
  const amount = optional(request, name, "number") ?? 0;
  if (Number.isSafeInteger(amount) && amount >= least && amount <= most) return amount;
  throw new BadControl("invalid_request", `"${name}" must be whole fen from ${least} to ${most}`);
}

export const listVouchers = (world: World, { url }: Incoming): Answer =>
  json(200, { vouchers: vouchersOf(world, url.searchParams.get("openid")) });
