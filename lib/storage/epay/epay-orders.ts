import type pg from "pg";
import { type Fen, fen } from "#lib/base/fen.ts";
import type { EpayAccount, EpayCounts, EpayOrder, EpayOrderName, EpayStore } from "#lib/epay/ports.ts";
import type { EpayOrder as EpayOrderRow } from "../../../prisma/generated/client.ts";
import { run, statement, viaPrisma } from "../transaction.ts";

// SQL: an insert that says whether it took place; of an order that is paid already the notice is due at once.
const INSERT = statement("insert_epay_order")`
  insert into epay_orders (order_id, pid, out_trade_no, amount, name, param, notify_url, return_url, created_at, status, check_at)
  select o.id, $2, $3, $4, $5, $6, $7, $8, $9, case o.status when 'paid' then 'due' else 'unpaid' end,
         case o.status when 'paid' then $9::timestamptz end
    from orders o where o.id = $1
  on conflict do nothing`;
// SQL: sums over two tables.
const COUNTS = statement("count_epay_orders")`
  select count(*)::int as orders, count(*) filter (where o.paid_at is not null)::int as paid,
         count(*) filter (where o.paid_at >= $2)::int as "paidToday",
         count(*) filter (where o.paid_at >= $3 and o.paid_at < $2)::int as "paidYesterday"
    from epay_orders e join orders o on o.id = e.order_id where e.pid = $1`;

// SQL: once a minute, by the row's own value.
const USED = statement("epay_account_used")`
  update epay_accounts set last_used_at = $2
   where pid = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`;

export function epayStore(pool: pg.Pool): EpayStore {
  return {
    isOpen: () =>
      viaPrisma(pool, async (prisma) => (await prisma.epayAccount.findFirst({ where: { disabledAt: null } })) !== null),
    account: (pid) =>
      viaPrisma(
        pool,
        async (prisma): Promise<EpayAccount | null> =>
          prisma.epayAccount.findFirst({
            where: { pid, disabledAt: null },
            select: { pid: true, name: true, keySealed: true, mayRefund: true },
          }),
      ),
    noteUse: async (pid, at) => void (await run(pool, USED, [pid, at])),
    order: (name) =>
      viaPrisma(pool, async (prisma) => {
        const row = await prisma.epayOrder.findFirst({ where: whereOf(name) });
        return row === null ? null : toOrder(row);
      }),
    orders: (pid, { limit, skip }) =>
      viaPrisma(pool, async (prisma) => {
        const orderBy = [{ createdAt: "desc" }, { orderId: "desc" }] as const;
        const rows = await prisma.epayOrder.findMany({ where: { pid }, orderBy: [...orderBy], take: limit, skip });
        return rows.map(toOrder);
      }),
    async insert({ orderId, pid, outTradeNo, amount, name, param, notifyUrl, returnUrl, createdAt }) {
      const values = [orderId, pid, outTradeNo, amount, name, param, notifyUrl, returnUrl, createdAt];
      return (await run(pool, INSERT, values)).rowCount === 1 ? "inserted" : "taken";
    },
    askRefund: ({ orderId, number, amount, askedAt }) =>
      viaPrisma(pool, async (prisma) => {
        await prisma.epayRefund.createMany({ data: [{ orderId, number, amount, askedAt }], skipDuplicates: true });
        const row = await prisma.epayRefund.findUniqueOrThrow({ where: { orderId_number: { orderId, number } } });
        return { ...row, amount: fen(row.amount) };
      }),
    refundMade: ({ orderId, number, amount, askedAt, refundId }) =>
      viaPrisma(pool, async (prisma) => {
        const { count } = await prisma.epayRefund.updateMany({
          where: { orderId, number, refundId: null },
          data: { refundId },
        });
        // Another call of the same wish that was refused may have taken the row away.
        if (count > 0) return;
        await prisma.epayRefund.createMany({
          data: [{ orderId, number, amount, askedAt, refundId }],
          skipDuplicates: true,
        });
      }),
    refundRefused: ({ orderId, number }) =>
      viaPrisma(pool, async (prisma) => {
        await prisma.epayRefund.deleteMany({ where: { orderId, number, refundId: null } });
      }),
    async counts(pid, { today, yesterday }) {
      const { rows } = await run<EpayCounts>(pool, COUNTS, [pid, today, yesterday]);
      return rows[0] ?? { orders: 0, paid: 0, paidToday: 0, paidYesterday: 0 };
    },
  };
}

const whereOf = ({ pid, ...name }: EpayOrderName) =>
  "orderId" in name ? { pid, orderId: name.orderId } : { pid, outTradeNo: name.outTradeNo };

const toOrder = ({
  orderId,
  pid,
  outTradeNo,
  amount,
  name,
  param,
  notifyUrl,
  returnUrl,
  createdAt,
}: EpayOrderRow): EpayOrder => ({
  ...{ orderId, pid, outTradeNo, name, param, notifyUrl, returnUrl, createdAt },
  amount: fen(amount),
});

/** A notice to be sent: what the order was asked with, and the sealed key of its account. */
export interface DueEpayNotice extends EpayOrder {
  readonly keySealed: Uint8Array;
  readonly tries: number;
}

interface NoticeEnd {
  readonly orderId: string;
  readonly answer: string;
  readonly now: Date;
}

// SQL: a lease by row lock, of a row joined with its account. Its end is the time of the next try, so a process that dies leaves the
// row to the sweep. What was ended is told all the same: it was asked for, and paid.
const LEASE = statement("lease_epay_notice")`
  update epay_orders e set check_at = $3, tries = e.tries + 1
    from epay_accounts a
   where a.pid = e.pid and e.order_id = (
     select order_id from epay_orders where pid = $1 and check_at <= $2 order by check_at, order_id limit 1 for update skip locked)
  returning e.order_id as "orderId", e.pid, e.out_trade_no as "outTradeNo", e.amount, e.name, e.param, e.notify_url as "notifyUrl",
            e.return_url as "returnUrl", e.created_at as "createdAt", e.tries, a.key_sealed as "keySealed"`;
const DUE = statement("due_epay_pids")`
  select pid, least(count(*), $2)::int as turns from epay_orders where check_at <= $1 group by pid`;
const END = statement("end_epay_notice")`
  update epay_orders set status = $2, check_at = null, ended_at = $3, last_answer = $4 where order_id = $1 and status = 'due'`;
const POSTPONE = statement("postpone_epay_notice")`
  update epay_orders set check_at = $2, last_answer = $3 where order_id = $1 and status = 'due'`;
const TELL = statement("tell_epay_notice")`
  insert into alerts (kind, cause, order_id, detail, created_at)
  values ('epay_not_told', 'epay_not_told:' || $1::text, $1, jsonb_build_object('pid', $2::text, 'problem', $3::text), $4)
  on conflict (cause) do nothing`;

/** Notices to be sent: rows are the to-do list. */
export function epayOutbox(pool: pg.Pool) {
  return {
    /** The next one of this pid that is due; nobody else takes it before `until`. */
    async lease(
      pid: string,
      { now, until }: { readonly now: Date; readonly until: Date },
    ): Promise<DueEpayNotice | null> {
      const { rows } = await run<DueEpayNotice & { amount: Fen }>(pool, LEASE, [pid, now, until]);
      return rows[0] ?? null;
    },
    async duePids(now: Date, most: number): Promise<{ pid: string; turns: number }[]> {
      return (await run<{ pid: string; turns: number }>(pool, DUE, [now, most])).rows;
    },
    async end({ orderId, answer, now }: NoticeEnd, status: "told" | "given_up"): Promise<void> {
      await run(pool, END, [orderId, status, now, answer]);
    },
    async postpone(
      orderId: string,
      { until, answer }: { readonly until: Date; readonly answer: string },
    ): Promise<void> {
      await run(pool, POSTPONE, [orderId, until, answer]);
    },
    async tellGivenUp({ orderId, answer, now }: NoticeEnd, pid: string): Promise<void> {
      await run(pool, TELL, [orderId, pid, answer, now]);
    },
  };
}
export type EpayOutbox = ReturnType<typeof epayOutbox>;
