import type pg from "pg";
import type { Fen } from "#lib/base/fen.ts";
import type { ApprovalEnd, RefundApproval, RefundRules } from "#lib/payment/index.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, statement, viaPrisma } from "../transaction.ts";

// Refunds that wait for a second person, and the owner's rules about that.

// SQL: inside the transactions that lock the order.
const RULES = statement("refund_rules")`
  select approval_above as "approvalAboveFen", approval_covers_api as "approvalCoversApi", confirm_above as "confirmAboveFen"
    from refund_rules`;
const INSERT = statement("insert_refund_approval")`
  insert into refund_approvals (refund_id, above, asked_by, asked_user_id, asked_at, expires_at)
  values ($1, $2, $3, $4, $5, $6)`;
const END = statement("end_refund_approval")`
  update refund_approvals set decision = $2, decided_by = $3, decided_user_id = $4, decided_at = $5, reason = $6
   where refund_id = $1 and decision is null`;
const FIND = statement("refund_approval")`
  select refund_id as "refundId", above, asked_by as "askedBy", asked_user_id as "askedUserId", asked_at as "askedAt",
         expires_at as "expiresAt", decision, decided_by as "decidedBy", decided_user_id as "decidedUserId",
         decided_at as "decidedAt", reason
    from refund_approvals where refund_id = $1`;
const APPROVED = statement("approved_refunds")`
  select a.refund_id as id from refund_approvals a join refunds r on r.id = a.refund_id
   where r.order_id = $1 and coalesce(a.decision, 'approved') = 'approved'`;

export async function readRefundRules(on: pg.Pool | pg.PoolClient): Promise<RefundRules> {
  const { rows } = await run<RefundRules & pg.QueryResultRow>(on, RULES, []);
  // Without the row nobody has chosen anything, as at the start.
  return rows[0] ?? { approvalAboveFen: null, approvalCoversApi: false, confirmAboveFen: null };
}

export interface RulesChange {
  readonly rules: RefundRules;
  readonly actor: string;
  readonly at: Date;
}

/** With its audit entry in one commit. */
export function changeRefundRules(pool: pg.Pool, { rules, actor, at }: RulesChange): Promise<void> {
  const { approvalAboveFen, approvalCoversApi, confirmAboveFen } = rules;
  return inTransaction(pool, async (client) => {
    // SQL: the row and its audit entry are one commit.
    await client.query(
      `update refund_rules set approval_above = $1, approval_covers_api = $2, confirm_above = $3, changed_at = $4, changed_by = $5`,
      [approvalAboveFen, approvalCoversApi, confirmAboveFen, at, actor],
    );
    const detail = { approvalAboveFen, approvalCoversApi, confirmAboveFen };
    await recordAudit(client, { actor, action: "refund_rules.change", subject: null, detail, at });
  });
}

interface ApprovalRow {
  readonly refundId: string;
  readonly above: number;
  readonly askedBy: string;
  readonly askedUserId: string | null;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly decision: string | null;
  readonly decidedBy: string | null;
  readonly decidedUserId: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
}

function toApproval(row: ApprovalRow): RefundApproval {
  const { refundId, above, askedBy, askedUserId, askedAt, expiresAt } = row;
  const { decision, decidedBy: actor, decidedUserId: userId, decidedAt: at, reason } = row;
  const by = actor === null || userId === null ? null : { actor, userId };
  const end =
    decision === null || at === null ? null : { decision: decision as ApprovalEnd["decision"], by, at, reason };
  return { refundId, aboveFen: above as Fen, askedBy, askedUserId, askedAt, expiresAt, end };
}

/** What decides whether a second person is needed. */
export const approvalReads = (on: pg.Pool | pg.PoolClient) => ({
  rules: () => readRefundRules(on),
  async approvedIds(orderId: string): Promise<ReadonlySet<string>> {
    const { rows } = await run<{ id: string }>(on, APPROVED, [orderId]);
    return new Set(rows.map(({ id }) => id));
  },
});

/** What one transaction may do with them; the caller holds the order's lock. */
export const approvalTx = (client: pg.PoolClient) => ({
  ...approvalReads(client),
  async findApproval(refundId: string): Promise<RefundApproval | null> {
    const { rows } = await run<ApprovalRow & pg.QueryResultRow>(client, FIND, [refundId]);
    return rows.map(toApproval)[0] ?? null;
  },
  async insertApproval({
    refundId,
    aboveFen,
    askedBy,
    askedUserId,
    askedAt,
    expiresAt,
  }: RefundApproval): Promise<void> {
    await run(client, INSERT, [refundId, aboveFen, askedBy, askedUserId, askedAt, expiresAt]);
  },
  /** @throws Error when it was answered before: the caller did not hold the lock */
  async endApproval({ refundId, end }: RefundApproval): Promise<void> {
    const values = [refundId, end?.decision, end?.by?.actor, end?.by?.userId, end?.at, end?.reason];
    const { rowCount } = await run(client, END, values);
    if (rowCount !== 1) throw new Error(`refund ${refundId} was answered before`);
  },
});

/** Those of one order, whatever became of them. */
export const listApprovals = (pool: pg.Pool, orderId: string): Promise<RefundApproval[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.refundApproval.findMany({
      where: { refund: { orderId } },
      orderBy: [{ askedAt: "asc" }, { refundId: "asc" }],
    });
    return rows.map(toApproval);
  });

export interface OpenApproval extends RefundApproval {
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly number: string;
  readonly amount: number;
  /** What the shopper reads in WeChat. */
  readonly refundReason: string | null;
}

export interface AnsweredRequest {
  readonly refundId: string;
  readonly orderId: string;
  readonly outTradeNo: string;
  readonly amount: number;
  readonly decision: "approved" | "declined" | "expired";
  readonly decidedBy: string | null;
  readonly decidedAt: Date;
  readonly reason: string | null;
}

/** What became of this person's requests since then, the newest first. */
export const listAnswers = (
  pool: pg.Pool,
  { userId, since, limit }: { readonly userId: string; readonly since: Date; readonly limit: number },
): Promise<AnsweredRequest[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.refundApproval.findMany({
      where: {
        askedUserId: userId,
        decidedAt: { gt: since },
        decision: { in: ["approved", "declined", "expired"] },
      },
      include: { refund: { select: { orderId: true, amount: true, order: { select: { outTradeNo: true } } } } },
      orderBy: { decidedAt: "desc" },
      take: limit,
    });
    return rows.map(({ refundId, decision, decidedBy, decidedAt, reason, refund }) => ({
      ...{ refundId, decidedBy, reason, decidedAt: decidedAt ?? since },
      decision: decision as AnsweredRequest["decision"],
      ...{ orderId: refund.orderId, amount: refund.amount, outTradeNo: refund.order.outTradeNo },
    }));
  });

/** What waits for a second person, the longest first. */
export const listOpenApprovals = (pool: pg.Pool, limit: number): Promise<OpenApproval[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.refundApproval.findMany({
      where: { refund: { status: "awaiting_approval" } },
      include: {
        refund: {
          select: { orderId: true, number: true, amount: true, reason: true, order: { select: { outTradeNo: true } } },
        },
      },
      orderBy: [{ askedAt: "asc" }, { refundId: "asc" }],
      take: limit,
    });
    return rows.map(({ refund: { order, reason, ...refund }, ...row }) => ({
      ...toApproval(row),
      ...refund,
      refundReason: reason,
      outTradeNo: order.outTradeNo,
    }));
  });
