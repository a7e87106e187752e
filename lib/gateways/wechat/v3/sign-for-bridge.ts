import { randomBytes } from "node:crypto";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import { bridgeText } from "../crypto/canonical.ts";
import { signRsa } from "../crypto/rsa.ts";
import type { Signer } from "./call.ts";

/** Parameters for `WeixinJSBridge` and `wx.requestPayment`. Source: wechatpay.md §7. */
export async function signForBridge(
  { privateKey, clock }: Pick<Signer, "privateKey" | "clock">,
  appId: string,
  prepayId: string,
): Promise<BridgeParameters> {
  const timeStamp = String(Math.floor(clock.now().getTime() / 1000));
  const nonceStr = randomBytes(16).toString("hex");
  const prepay = `prepay_id=${prepayId}`;
  const text = bridgeText({ appId, timestamp: timeStamp, nonce: nonceStr, package: prepay });
  return { appId, timeStamp, nonceStr, package: prepay, signType: "RSA", paySign: await signRsa(text, privateKey) };
}
