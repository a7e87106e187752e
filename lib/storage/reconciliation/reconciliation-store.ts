import { createHash } from "node:crypto";
import type pg from "pg";
import { beijingMidnight } from "#lib/base/beijing-time.ts";
import { fen } from "#lib/base/fen.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import type { JournalEntry } from "#lib/payment/index.ts";
import type {
  BookedFees,
  Discrepancy,
  ReconciliationStore,
  RunFacts,
  RunFailure,
  Subject,
} from "#lib/reconcile/index.ts";
import type { Pool, PrimaryPool } from "../client.ts";
import { likeStart } from "../like.ts";
import { inTransaction, viaPrisma } from "../transaction.ts";
import { dateOf } from "./discrepancies.ts";
import { settleMissingBill, tellOfDifferences, tellOfMissingBill } from "./reconciliation-alerts.ts";
import { reconciliationBook } from "./reconciliation-book.ts";

/** Runs, their differences and the bills, on Postgres. */
export function reconciliationStore(pool: PrimaryPool): ReconciliationStore {
  return {
    ...reconciliationBook(pool),
    subjects: (day) => listSubjects(pool, day),
    async keepBill({ accountId, day: bill }, kind, { gzip }) {
      const [day, content] = [dateOf(bill), new Uint8Array(gzip)];
      await viaPrisma(pool, (prisma) =>
        prisma.bill.upsert({
          where: { accountId_day_kind: { accountId, day, kind } },
          create: { accountId, day, kind, content },
          update: { content, fetchedAt: new Date() },
          select: { kind: true },
        }),
      );
    },
    async keptBill({ merchantNumber, day, kind }) {
      const bill = await viaPrisma(pool, (prisma) =>
        prisma.bill.findFirst({
          where: { account: { merchantNumber }, day: dateOf(day), kind },
          orderBy: { fetchedAt: "desc" },
          select: { content: true },
        }),
      );
      return bill === null ? null : { gzip: bill.content };
    },
    conclude: (facts, feeJournal) => inTransaction(pool, (client) => conclude(client, facts, feeJournal)),
    recordFailure: (subject, failure) => inTransaction(pool, (client) => recordFailure(client, subject, failure)),
    settledDays: (days) => listSettledDays(pool, days),
  };
}

async function recordFailure(client: pg.PoolClient, subject: Subject, failure: RunFailure): Promise<void> {
  const { problem, isLate, at } = failure;
  const { rowCount } = await client.query(
    `insert into reconciliation_runs as r (account_id, day, status, problem, started_at, finished_at)
     values ($1, $2, 'failed', $3, $4, $4)
     on conflict (account_id, day) do update set problem = excluded.problem, finished_at = excluded.finished_at
      where r.status = 'failed'`,
    [subject.accountId, subject.day, problem, at],
  );
  if (isLate && rowCount === 1) await tellOfMissingBill(client, subject, failure);
}

// Several accounts may share one merchant number (new keys, v2 next to v3) and so one bill. Each is kept under the account
// that came first for the day, and fetched with the keys in use. A sandbox's trades are in no bill of the real one.
// SQL from here on: groups and days of Beijing, and what is concluded under the lock of the run, many rows at a time.
const SUBJECTS = `
  with merchants as (
    select merchant_number, (array_agg(id order by (status = 'active') desc, revoked_at is null desc, created_at desc))[1] as gateway_id,
           bool_or(status = 'active') as active
      from gateway_accounts
     where sandbox = coalesce((select sandbox from gateway_accounts where status = 'active'), sandbox)
     group by merchant_number
  )
  select m.merchant_number as "merchantNumber", m.gateway_id as "gatewayId",
         coalesce((select r.account_id from reconciliation_runs r join gateway_accounts g on g.id = r.account_id
                    where g.merchant_number = m.merchant_number and r.day = $1 order by r.id limit 1), m.gateway_id) as "accountId"
    from merchants m
   where m.active or exists (
     select from payment_attempts a join gateway_accounts g on g.id = a.account_id
      where g.merchant_number = m.merchant_number and a.status = 'succeeded' and a.paid_at >= $2 and a.paid_at < $3)
   order by m.active desc, m.merchant_number`;

async function listSubjects(pool: Pool, day: string): Promise<Subject[]> {
  const from = beijingMidnight(day);
  const { rows } = await pool.query<Omit<Subject, "day">>(SUBJECTS, [day, from, addMs(from, DAY_MS)]);
  return rows.map((row) => ({ ...row, day }));
}

async function listSettledDays(pool: Pool, days: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(
    `with mine as (select id, created_at from gateway_accounts
                    where merchant_number = (select merchant_number from gateway_accounts where status = 'active'))
     select d.day::text as day from unnest($1::date[]) as d (day)
      where not exists (select from mine where (created_at at time zone 'Asia/Shanghai')::date <= d.day)
         or exists (select from reconciliation_runs r join mine on mine.id = r.account_id
                     where r.day = d.day and r.status = 'done')`,
    [days],
  );
  return rows.map(({ day }) => day);
}

async function conclude(
  client: pg.PoolClient,
  facts: RunFacts,
  feeJournal: (booked: BookedFees) => JournalEntry | null,
): Promise<Discrepancy[]> {
  const { subject, startedAt, finishedAt } = facts;
  const { rows } = await client.query<{ id: string }>(
    `insert into reconciliation_runs (account_id, day, status, has_bill, trades, refunds, other_apps, more, started_at, finished_at,
       paid_theirs, settled_theirs, refunded_theirs, paid_ours, settled_ours, refunded_ours, fees)
     values ($1, $2, 'done', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (account_id, day) do update
        set status = 'done', problem = null, has_bill = excluded.has_bill, trades = excluded.trades, refunds = excluded.refunds,
            other_apps = excluded.other_apps,
            more = excluded.more, started_at = excluded.started_at, finished_at = excluded.finished_at,
            paid_theirs = excluded.paid_theirs, settled_theirs = excluded.settled_theirs,
            refunded_theirs = excluded.refunded_theirs, paid_ours = excluded.paid_ours, settled_ours = excluded.settled_ours,
            refunded_ours = excluded.refunded_ours, fees = excluded.fees
     returning id::text`,
    [
      ...[
        subject.accountId,
        subject.day,
        facts.hasBill,
        facts.trades,
        facts.refunds,
        facts.otherApps,
        facts.more,
        startedAt,
        finishedAt,
      ],
      ...[facts.sums.theirs, facts.sums.ours].flatMap((side) => [side.paidFen, side.settledFen, side.refundedFen]),
      facts.feesFen,
    ],
  );
  const runId = rows[0]?.id ?? "";
  const { open, found } = await writeDifferences(client, { runId, at: finishedAt }, facts.discrepancies);
  await tellOfDifferences(client, { runId, day: subject.day, found, at: finishedAt });
  await settleMissingBill(client, subject, finishedAt);
  const entry = feeJournal(await readBookedFees(client, subject));
  if (entry !== null) await writeJournal(client, entry, finishedAt);
  return open;
}

/** Says only why; that it may come back is the trigger's business. */
const GONE = "no longer found when the day was reconciled again";

async function writeDifferences(
  client: pg.PoolClient,
  { runId, at }: { readonly runId: string; readonly at: Date },
  found: readonly Discrepancy[],
): Promise<{ open: Discrepancy[]; found: number }> {
  const prints = fingerprints(found);
  // What a later run no longer found and now finds again is news; what a person has closed is none.
  const known = await client.query<{ print: string }>(
    `select encode(fingerprint, 'hex') as print from discrepancies
      where run_id = $1 and closed_by is distinct from 'reconciliation'`,
    [runId],
  );
  const columns = found.map((one, index) => ({ ...one, print: prints[index]?.toString("hex") }));
  const { rows } = await client.query<{ print: string }>(
    `insert into discrepancies as d (run_id, kind, trade_number, refund_number, transaction_id, ours, theirs, fingerprint, found_at)
     select $1, x.kind, x."tradeNumber", x."refundNumber", x."transactionId", x.ours, x.theirs, decode(x.print, 'hex'), $3
       from jsonb_to_recordset($2::jsonb) as x (kind text, "tradeNumber" text, "refundNumber" text, "transactionId" text,
                                                ours jsonb, theirs jsonb, print text)
     on conflict (run_id, fingerprint) do update
        set found_at = excluded.found_at,
            closed_at = case when d.closed_by = 'reconciliation' then null else d.closed_at end,
            closed_by = case when d.closed_by = 'reconciliation' then null else d.closed_by end,
            closed_reason = case when d.closed_by = 'reconciliation' then null else d.closed_reason end
     returning case when closed_at is null then encode(fingerprint, 'hex') end as print`,
    [runId, JSON.stringify(columns), at],
  );
  await client.query(
    `update discrepancies set closed_at = $3, closed_by = 'reconciliation', closed_reason = $4
      where run_id = $1 and closed_at is null and not fingerprint = any($2)`,
    [runId, prints, at, GONE],
  );
  const open = new Set(rows.map(({ print }) => print));
  const before = new Set(known.rows.map(({ print }) => print));
  const hex = prints.map((print) => print.toString("hex"));
  return {
    open: found.filter((_, index) => open.has(hex[index] ?? "")),
    found: hex.filter((print) => !before.has(print)).length,
  };
}

/** Two alike in one bill are distinguished by their order. */
function fingerprints(found: readonly Discrepancy[]): Buffer[] {
  const times = new Map<string, number>();
  return found.map(({ kind, tradeNumber, refundNumber, transactionId, ours, theirs }) => {
    const text = JSON.stringify([kind, tradeNumber, refundNumber, transactionId, ours, theirs]);
    const time = (times.get(text) ?? 0) + 1;
    times.set(text, time);
    return createHash("sha256").update(`${time} ${text}`).digest();
  });
}

async function readBookedFees(client: pg.PoolClient, { accountId, day }: Subject): Promise<BookedFees> {
  const { rows } = await client.query<{ fees: string; entries: number }>(
    `select coalesce(sum(l.debit - l.credit), 0)::text as fees, count(*)::int as entries
       from journal_entries e join journal_lines l on l.entry_id = e.id and l.account = 'fees'
      where e.cause like $1`,
    [likeStart(`fees:${accountId}:${day}:`)],
  );
  return { feesFen: fen(Number(rows[0]?.fees ?? 0)), entries: rows[0]?.entries ?? 0 };
}

async function writeJournal(client: pg.PoolClient, { cause, lines }: JournalEntry, at: Date): Promise<void> {
  await client.query(
    `with entry as (insert into journal_entries (cause, created_at) values ($1, $2) returning id)
     insert into journal_lines (entry_id, account, debit, credit)
     select entry.id, l.account, l.debit, l.credit
       from entry, unnest($3::text[], $4::bigint[], $5::bigint[]) as l (account, debit, credit)`,
    [cause, at, lines.map((l) => l.account), lines.map((l) => l.debitFen), lines.map((l) => l.creditFen)],
  );
}
