import { payByCode, reverseTrade } from "../codepay.ts";
import type { World } from "../world.ts";
import { fields, readBody, text } from "./form.ts";
import type { Incoming, Route } from "./http.ts";
import { CODEPAY, checkParties, outTradeNoOf, show, stableText } from "./orders.ts";
import { type V3Answer, v3 } from "./v3.ts";

/** Payment codes at a counter (wechatpay.md §6.4). */
export const codepayRoutes = (world: World): Route[] => [
  {
    method: "POST",
    path: "/v3/pay/transactions/codepay",
    run: v3(world, "codepay", (incoming) => pay(world, incoming)),
  },
  {
    method: "POST",
    path: "/v3/pay/transactions/out-trade-no/:number/reverse",
    run: v3(world, "reverse", (incoming) => reverse(world, incoming)),
  },
];

interface CodepayBody {
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  readonly out_trade_no: string;
  readonly attach?: string;
  readonly goods_tag?: string;
  readonly payer: { readonly auth_code: string };
  readonly amount: { readonly total: number };
}

function pay(world: World, { body: bytes }: Incoming): V3Answer {
  const body = readBody<CodepayBody>(bytes, CODEPAY);
  checkParties(world, body);
  const { payer, scene_info: _, ...binding } = body as CodepayBody & { scene_info: unknown };
  const trade = payByCode(world, {
    appid: body.appid,
    mchid: body.mchid,
    outTradeNo: body.out_trade_no,
    description: body.description,
    total: body.amount.total,
    attach: body.attach ?? "",
    goodsTag: body.goods_tag ?? "",
    authCode: payer.auth_code,
    fingerprint: stableText(binding),
  });
  return show(trade);
}

function reverse(world: World, incoming: Incoming): V3Answer {
  const { body } = incoming;
  const number = outTradeNoOf(incoming);
  const parties = readBody<{ appid: string; mchid: string }>(body, fields({ appid: text(32), mchid: text(32) }));
  checkParties(world, parties);
  const trade = reverseTrade(world, number);
  return { status: 200, value: { ...parties, out_trade_no: trade.outTradeNo } };
}
