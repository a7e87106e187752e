import type { Agent } from "node:https";
import type { V2Credentials, V2Secrets } from "#lib/base/account-credentials.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import { isLoopbackHost } from "#lib/base/networks.ts";
import { refused } from "#lib/base/outcome.ts";
import type { Gateway } from "#lib/payment/index.ts";
import { createKeepCall, type OnMessage } from "../messages/keep-message.ts";
import type { SendOptions } from "../send-with-backup.ts";
import { agentWithCertificate, exchangeTrusting } from "../transport.ts";
import { chargeCode, reverseTrade } from "./codepay.ts";
import { downloadBill } from "./download-bill.ts";
import { createV2Http } from "./http.ts";
import { findRefund, openRefund } from "./refunds.ts";
import { closeTrade, findTrade, openTrade, signForBridge } from "./trades.ts";

export interface V2Environment extends Omit<SendOptions, "apiBase"> {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every message; must not throw. */
  readonly onMessage?: OnMessage | undefined;
}

/** One set of credentials of API v2, ready to be used. */
export function createV2Gateway(credentials: V2Credentials, environment: V2Environment): Gateway {
  const { id: accountId, appId, merchantNumber, notifyUrl, apiBase, apiCaPem, v2 } = credentials;
  const { clock, log, onMessage, ...out } = environment;
  const signer = { appId, merchantNumber, apiKey: v2.apiKey.reveal(), signType: v2.signType };
  const way = { ...out, exchange: exchangeTrusting(apiCaPem, out.exchange), apiBase };
  const http = createV2Http({
    signer,
    way,
    log,
    keep: createKeepCall({ protocol: "v2", accountId, clock, onMessage }),
  });
  const isSecure = new URL(apiBase).protocol === "https:";
  const refunding = { notifyUrl, isSecure, agent: agentOf(v2, { accountId, apiCaPem, log }) };
  return {
    accountId,
    protocol: "v2",
    appId,
    merchantNumber,
    wantsPublicPayer: !isLoopbackHost(new URL(apiBase).hostname),
    openTrade: (trade) => openTrade(http, { notifyUrl, clock }, trade),
    findTrade: (number) => findTrade(http, number),
    closeTrade: (number) => closeTrade(http, number),
    codePayObstacle: refunding.agent === null && isSecure ? "no_certificate" : null,
    chargeCode: (charge) => chargeCode(http, charge),
    reverseTrade: (number) => reverseTrade(http, refunding, number),
    openRefund: (refund) => openRefund(http, refunding, refund),
    findRefund: (number) => findRefund(http, number),
    finishesAbnormalRefunds: false,
    finishAbnormalRefund: async () => refused("not_permitted", "API v2 leaves it to WeChat's console"),
    downloadBill: (day, kind) => downloadBill({ signer, way, isSecure, agent: refunding.agent, log }, day, kind),
    signForBridge: async (prepayId) => signForBridge(signer, clock, prepayId),
  };
}

/** A certificate that cannot be used stops refunds, which say so, and nothing else. */
function agentOf(
  { certificatePem, keyPem }: V2Secrets,
  { accountId, apiCaPem, log }: Pick<V2Credentials, "apiCaPem"> & { accountId: string; log: Log },
): Agent | null {
  if (certificatePem === null || keyPem === null) return null;
  try {
    return agentWithCertificate({ certificatePem, keyPem: keyPem.reveal(), caPem: apiCaPem });
  } catch {
    // The error may quote what it could not read.
    log.error("gateway.certificate.unusable", { accountId });
    return null;
  }
}
