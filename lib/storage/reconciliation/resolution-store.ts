import type { KeptDiscrepancy, ResolutionStore } from "#lib/reconcile/index.ts";
import type { PrimaryPool, PrismaClient } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { viaPrisma } from "../transaction.ts";
import { closeDiscrepancy, dayOf } from "./discrepancies.ts";
import { reconciliationBook } from "./reconciliation-book.ts";

async function find(prisma: PrismaClient, id: bigint): Promise<KeptDiscrepancy | null> {
  const found = await prisma.discrepancy.findUnique({
    where: { id },
    include: { run: { include: { account: true } } },
  });
  if (found === null) return null;
  const { merchantNumber, sandbox } = found.run.account;
  const { kind, tradeNumber, refundNumber, transactionId } = found;
  const [accounts, ofTransaction, ofTrade] = await Promise.all([
    prisma.gatewayAccount.findMany({ where: { merchantNumber, sandbox }, orderBy: { createdAt: "desc" } }),
    transactionId === null ? null : prisma.paymentAttempt.findUnique({ where: { transactionId } }),
    tradeNumber === null ? null : prisma.paymentAttempt.findUnique({ where: { number: tradeNumber } }),
  ]);
  // The one in use, else the newest that was not revoked, else the newest.
  const gateway =
    accounts.find(({ status }) => status === "active") ??
    accounts.find(({ revokedAt }) => revokedAt === null) ??
    accounts[0];
  return {
    id: String(id),
    kind: kind as KeptDiscrepancy["kind"],
    tradeNumber,
    refundNumber,
    transactionId,
    ours: found.ours as KeptDiscrepancy["ours"],
    theirs: found.theirs as KeptDiscrepancy["theirs"],
    day: dayOf(found.run.day),
    merchantNumber,
    gatewayId: (gateway ?? found.run.account).id,
    orderId: (ofTransaction ?? ofTrade)?.orderId ?? null,
    isClosed: found.closedAt !== null,
  };
}

/** What is done about differences, on Postgres. */
export function resolutionStore(pool: PrimaryPool): ResolutionStore {
  return {
    book: reconciliationBook(pool).book,
    async find(id) {
      if (!/^[0-9]{1,18}$/.test(id)) return null;
      return viaPrisma(pool, (prisma) => find(prisma, BigInt(id)));
    },
    note: ({ id, person, action, at }) =>
      recordAudit(pool, { actor: person, action, subject: `discrepancy:${id}`, at }),
    close: (closing) => closeDiscrepancy(pool, closing),
  };
}
