import type pg from "pg";
import { RECEIPT_MAILS_PER_ADDRESS_MAX } from "#lib/base/limits.ts";
import { addMs, DAY_MS, MINUTE_MS } from "#lib/base/time.ts";
import { DUE } from "../changed-orders.ts";
import { violatedConstraint } from "../errors.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, inTransaction, run, statement, viaPrisma } from "../transaction.ts";

/** A receipt that a shopper asked for, without its address. */
export interface KnownReceiptMail {
  readonly id: string;
  readonly orderId: string;
  /** `z…@example.com` */
  readonly shown: string;
  readonly status: string;
  readonly tries: number;
  readonly lastAnswer: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

export interface NewReceiptMail {
  readonly id: string;
  readonly orderId: string;
  readonly addressSealed: Uint8Array;
  readonly addressHash: Uint8Array;
  readonly shown: string;
  readonly language: string;
  readonly now: Date;
}

/** `same`: it is on its way already. */
export type ReceiptMailAnswer = "taken" | "same" | "not_paid" | "too_many_of_order" | "too_many_to_address";

export interface DueReceiptMail {
  readonly id: string;
  readonly orderId: string;
  readonly addressSealed: Uint8Array;
  readonly language: string;
  readonly tries: number;
  readonly createdAt: Date;
}

const KNOWN = { omit: { addressSealed: true, addressHash: true } } as const;
/** The same wish again within this time is a second press of the button. */
const SAME_MS = MINUTE_MS;

/** The mail channel whose server sends receipts; null: the shop sends none. */
export const readReceiptMailChannel = (pool: pg.Pool): Promise<string | null> =>
  viaPrisma(pool, async (prisma) => (await prisma.receiptMailSettings.findFirst())?.channelId ?? null);

/** @param channelId null: receipts are no longer sent; anything but a mail channel is refused by Postgres */
export const setReceiptMailChannel = (
  pool: pg.Pool,
  channelId: string | null,
  { actor, at }: { readonly actor: string; readonly at: Date },
): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    await prisma.receiptMailSettings.update({ where: { id: 1 }, data: { channelId, changedAt: at, changedBy: actor } });
    const detail = { channel: channelId ?? "" };
    await recordAudit(client, { actor, action: "receipt_mail.set", subject: channelId, detail, at });
  });

export const listReceiptMails = (
  pool: pg.Pool,
  { orderId, limit }: { readonly orderId?: string; readonly limit: number },
): Promise<KnownReceiptMail[]> =>
  viaPrisma(pool, (prisma) =>
    prisma.receiptMail.findMany({
      ...KNOWN,
      where: orderId === undefined ? {} : { orderId },
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      take: limit,
    }),
  );

// SQL: locks that make the counts hold for two wishes at once.
const LOCK_ADDRESS = statement("lock_receipt_address")`
    select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))`;
const COUNT = statement("count_receipt_mails")`
    select count(*) filter (where created_at > $3)::int as today,
           coalesce(bool_or(order_id = $2 and (status = 'pending' or created_at > $4)), false) as same
      from receipt_mails where address_hash = $1`;
const INSERT = statement("insert_receipt_mail")`
    insert into receipt_mails (id, order_id, address_sealed, address_hash, shown, language, check_at, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $7) returning '${DUE.outbox}' as changed_topic`;

/** Written only for an order that is paid, and within the limits. */
export async function insertReceiptMail(pool: pg.Pool, mail: NewReceiptMail): Promise<ReceiptMailAnswer> {
  const { id, orderId, addressSealed, addressHash, shown, language, now } = mail;
  try {
    return await inTransaction(pool, async (client): Promise<ReceiptMailAnswer> => {
      await run(client, LOCK_ADDRESS, [addressHash]);
      const since = [addMs(now, -DAY_MS), addMs(now, -SAME_MS)];
      const { rows } = await run<{ today: number; same: boolean }>(client, COUNT, [addressHash, orderId, ...since]);
      if (rows[0]?.same === true) return "same";
      if ((rows[0]?.today ?? 0) >= RECEIPT_MAILS_PER_ADDRESS_MAX) return "too_many_to_address";
      await run(client, INSERT, [id, orderId, addressSealed, addressHash, shown, language, now]);
      return "taken";
    });
  } catch (cause) {
    const constraint = violatedConstraint(cause);
    if (constraint === "receipt_mail_paid") return "not_paid";
    if (constraint === "receipt_mails_per_order") return "too_many_of_order";
    throw cause;
  }
}

// SQL: a lease by row lock. Its end is the time of the next try, so a process that dies leaves the row to the sweep.
const LEASE = statement("lease_receipt_mail")`
    update receipt_mails set check_at = $2, tries = tries + 1
     where id = (select id from receipt_mails where check_at <= $1 order by check_at, id limit 1 for update skip locked)
    returning id, order_id as "orderId", address_sealed as "addressSealed", language, tries, created_at as "createdAt"`;
const IS_DUE = statement("receipt_mails_due")`select exists (select from receipt_mails where check_at <= $1) as due`;
const END = statement("end_receipt_mail")`
    update receipt_mails
       set status = $2, check_at = null, ended_at = $3, address_sealed = null, last_answer = $4
     where id = $1 and status = 'pending'`;
const POSTPONE = statement("postpone_receipt_mail")`
    update receipt_mails set check_at = $2, last_answer = $3 where id = $1 and status = 'pending'`;
const TELL = statement("tell_receipt_mail")`
    insert into alerts (kind, cause, detail, created_at)
    select 'receipt_mail_failing', 'receipt_mail_failing:' || $1::text, jsonb_build_object('problem', $2::text), $3
    on conflict (cause) do nothing`;

interface MailEnd {
  readonly id: string;
  readonly answer: string;
  readonly now: Date;
}

/** Receipts to be sent: rows are the to-do list. */
export function receiptMailOutbox(pool: pg.Pool) {
  return {
    /** The next one that is due; nobody else takes it before `until`. */
    async lease({ now, until }: { readonly now: Date; readonly until: Date }): Promise<DueReceiptMail | null> {
      return (await run<DueReceiptMail>(pool, LEASE, [now, until])).rows[0] ?? null;
    },
    async isDue(now: Date): Promise<boolean> {
      return (await run<{ due: boolean }>(pool, IS_DUE, [now])).rows[0]?.due ?? false;
    },
    /** The address goes with it. */
    async end({ id, answer, now }: MailEnd, status: "sent" | "given_up"): Promise<void> {
      await run(pool, END, [id, status, now, answer]);
    },
    async postpone(id: string, { answer, until }: { readonly answer: string; readonly until: Date }): Promise<void> {
      await run(pool, POSTPONE, [id, until, answer]);
    },
    /** People are told once a day at most. */
    async tellFailing({ answer, now }: Omit<MailEnd, "id">, day: string): Promise<void> {
      await run(pool, TELL, [day, answer, now]);
    },
  };
}
