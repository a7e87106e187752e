import type { Clock } from "#lib/base/clock.ts";
import { PAYMENT_TIME_SKEW_MS } from "#lib/base/limits.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import type { Gateway, Gateways, NoticeRejection, Notification, PaidTrade, SignedBytes } from "#lib/payment/index.ts";
import type { Metrics } from "./metrics.ts";
import { traced } from "./tracing.ts";

export interface MeasureOptions {
  readonly metrics: Pick<Metrics, "observeGatewayCall" | "observeNotice" | "observeRejection">;
  readonly clock: Clock;
}

/** The same gateways; every call and notice is counted and timed on its way through. */
export function measureGateways(gateways: Gateways, { metrics, clock }: MeasureOptions): Gateways {
  const measured = new WeakMap<Gateway, Gateway>();
  const wrap = (gateway: Gateway): Gateway => {
    const known = measured.get(gateway) ?? measureGateway(gateway, metrics);
    measured.set(gateway, known);
    return known;
  };
  return {
    async active() {
      const gateway = await gateways.active();
      return gateway && wrap(gateway);
    },
    of: async (accountId) => wrap(await gateways.of(accountId)),
    async readNotification(notice: SignedBytes): Promise<Notification | NoticeRejection> {
      const answer = await gateways.readNotification(notice);
      if (answer.kind === "rejection") metrics.observeRejection(answer.reason);
      else if (answer.kind !== "payment") metrics.observeNotice(answer.kind);
      else metrics.observeNotice("payment", delayOf(answer.trade, clock.now()));
      return answer;
    },
  };
}

/** A time that is no time of this payment measures nothing. */
function delayOf({ paidAt }: PaidTrade, now: Date): number | undefined {
  const delayMs = paidAt === null ? Number.NaN : now.getTime() - paidAt.getTime();
  return Math.abs(delayMs) <= PAYMENT_TIME_SKEW_MS ? delayMs / 1_000 : undefined;
}

function measureGateway(gateway: Gateway, metrics: MeasureOptions["metrics"]): Gateway {
  async function timed<Value, Reason extends string>(
    operation: string,
    call: () => Promise<Outcome<Value, Reason>>,
  ): Promise<Outcome<Value, Reason>> {
    const since = performance.now();
    const observe = (outcome: Outcome<Value, Reason>["kind"] | "failed") =>
      metrics.observeGatewayCall({ operation, outcome, seconds: (performance.now() - since) / 1_000 });
    return traced({ name: `wechat ${operation}`, kind: "client" }, async (span) => {
      try {
        const answer = await call();
        observe(answer.kind);
        span.note({ "lingfu.outcome": answer.kind });
        return answer;
      } catch (cause) {
        observe("failed");
        throw cause;
      }
    });
  }
  return {
    accountId: gateway.accountId,
    protocol: gateway.protocol,
    appId: gateway.appId,
    merchantNumber: gateway.merchantNumber,
    wantsPublicPayer: gateway.wantsPublicPayer,
    openTrade: (trade) => timed("open_trade", () => gateway.openTrade(trade)),
    findTrade: (number) => timed("find_trade", () => gateway.findTrade(number)),
    closeTrade: (number) => timed("close_trade", () => gateway.closeTrade(number)),
    codePayObstacle: gateway.codePayObstacle,
    chargeCode: (charge) => timed("charge_code", () => gateway.chargeCode(charge)),
    reverseTrade: (number) => timed("reverse_trade", () => gateway.reverseTrade(number)),
    openRefund: (refund) => timed("open_refund", () => gateway.openRefund(refund)),
    findRefund: (number) => timed("find_refund", () => gateway.findRefund(number)),
    finishesAbnormalRefunds: gateway.finishesAbnormalRefunds,
    finishAbnormalRefund: (asked) => timed("finish_refund", () => gateway.finishAbnormalRefund(asked)),
    downloadBill: (day, kind) => timed("download_bill", () => gateway.downloadBill(day, kind)),
    signForBridge: (prepayId) => gateway.signForBridge(prepayId),
  };
}
