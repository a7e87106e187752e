import { randomBytes } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import { v2Sign } from "../crypto/shared-key.ts";
import type { V2Signer } from "./call.ts";

/** Parameters for `WeixinJSBridge` and `wx.requestPayment`; all of them are signed. Source: wechatpay.md §7, §11. */
export function signForBridge({ appId, apiKey, signType }: V2Signer, clock: Clock, prepayId: string): BridgeParameters {
  const parameters = {
    appId,
    timeStamp: String(Math.floor(clock.now().getTime() / 1000)),
    nonceStr: randomBytes(16).toString("hex"),
    package: `prepay_id=${prepayId}`,
    signType,
  };
  return { ...parameters, paySign: v2Sign(new Map(Object.entries(parameters)), apiKey, signType) };
}
