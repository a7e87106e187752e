import { GAP_ASKED_MAX } from "#lib/base/limits.ts";
import { unknown } from "#lib/base/outcome.ts";
import type { GapReport } from "#lib/ops/drill-report.ts";
import { silentLog } from "#lib/ops/log.ts";
import { type Deps, type Gateway, type Gateways, PaymentProcessor } from "#lib/payment/index.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { type MissingPayment, openOrdersOf, readMissing } from "#lib/storage/operations/restored-gap.ts";
import { paymentStore } from "#lib/storage/paying/payment-store.ts";

// In a restore drill: what WeChat knows of the time that the backup does not have. Open payments of the restored database are asked for and booked
// there; what the live database has beyond is looked up at WeChat by its number. Nothing is opened, closed or given back.

const SIDE_BY_SIDE = 4;

export const gapFiller =
  (live: Database["pool"], deps: Deps) =>
  async (restoredUrl: string): Promise<GapReport | null> => {
    if ((await deps.gateways.active()) === null) return null;
    const restored = openDatabase({ url: restoredUrl, poolSize: SIDE_BY_SIDE });
    try {
      const gateways = askingOnly(deps.gateways);
      const store = paymentStore(restored.pool);
      const payments = new PaymentProcessor({ ...deps, gateways, store, log: silentLog });
      const open = await openOrdersOf(restored.pool, GAP_ASKED_MAX);
      let openPaid = 0;
      await sideBySide(open, async (orderId) => {
        // No certain answer: it stays open, as it would after a restore, and is asked for again.
        const status = await payments.syncOrder(orderId).catch(() => null);
        if (status?.status === "paid") openPaid++;
      });
      const { payments: missing, unpaidOrders } = await readMissing(live, restored.pool);
      return { openAsked: open.length, openPaid, unpaidOrders, ...(await lookUp(gateways, missing)) };
    } finally {
      await restored.close();
    }
  };

type LookedUp = Omit<GapReport, "openAsked" | "openPaid" | "unpaidOrders">;

async function lookUp(gateways: Gateways, missing: readonly MissingPayment[]): Promise<LookedUp> {
  const sum = { found: 0, lost: 0, unknown: Math.max(0, missing.length - GAP_ASKED_MAX) };
  const fen = { all: 0n, found: 0n, lost: 0n };
  for (const { totalFen } of missing) fen.all += BigInt(totalFen);
  await sideBySide(missing.slice(0, GAP_ASKED_MAX), async (payment) => {
    const answer = await isConfirmed(gateways, payment);
    sum[answer]++;
    if (answer !== "unknown") fen[answer] += BigInt(payment.totalFen);
  });
  return {
    ...{ missing: missing.length, missingFen: String(fen.all) },
    ...{ ...sum, foundFen: String(fen.found), lostFen: String(fen.lost) },
  };
}

/** Unknown is not lost: WeChat may know it all the same. */
async function isConfirmed(gateways: Gateways, payment: MissingPayment): Promise<"found" | "lost" | "unknown"> {
  try {
    const answer = await (await gateways.of(payment.accountId)).findTrade(payment.number);
    if (answer.kind === "unknown") return "unknown";
    if (answer.kind === "refused") return "lost";
    const paid = answer.value.payment;
    const isSame = paid?.transactionId === payment.transactionId && paid.totalFen === payment.totalFen;
    return isSame ? "found" : "lost";
  } catch {
    return "unknown";
  }
}

/** The same gateways, which ask and do nothing else. */
function askingOnly(gateways: Gateways): Gateways {
  const refused = async () => unknown("a restore drill only asks");
  const asking = (gateway: Gateway): Gateway => ({
    ...{ accountId: gateway.accountId, protocol: gateway.protocol, appId: gateway.appId },
    ...{ merchantNumber: gateway.merchantNumber, wantsPublicPayer: gateway.wantsPublicPayer },
    ...{ codePayObstacle: gateway.codePayObstacle, finishesAbnormalRefunds: gateway.finishesAbnormalRefunds },
    findTrade: (number) => gateway.findTrade(number),
    findRefund: (number) => gateway.findRefund(number),
    downloadBill: (day, kind) => gateway.downloadBill(day, kind),
    ...{ openTrade: refused, closeTrade: refused, chargeCode: refused, reverseTrade: refused },
    ...{ openRefund: refused, finishAbnormalRefund: refused },
    signForBridge: () => Promise.reject(new Error("a restore drill only asks")),
  });
  return {
    async active() {
      const gateway = await gateways.active();
      return gateway && asking(gateway);
    },
    of: async (accountId) => asking(await gateways.of(accountId)),
    readNotification: (notice) => gateways.readNotification(notice),
  };
}

async function sideBySide<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const lane = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
}
