import type { Queryable } from "../client.ts";

// Which keys WeChat signs its notices and answers with, counted over all processes.

export interface KeyUseCount {
  readonly merchantNumber: string;
  readonly serial: string;
  readonly kind: "certificate" | "public_key";
  readonly notices: number;
  readonly answers: number;
  readonly lastNoticeAt: Date | null;
  readonly lastAnswerAt: Date | null;
}

/** A key of WeChat that we hold or have seen in use. */
export interface KnownKey extends KeyUseCount {
  /** null: it does not end. */
  readonly validUntil: Date | null;
}

// Stays SQL: row lock. Processes add to the same row; each of them does it every few seconds.
/** Adds to what was counted before. */
export async function addKeyUses(pool: Queryable, counts: readonly KeyUseCount[]): Promise<void> {
  for (const { merchantNumber, serial, kind, notices, answers, lastNoticeAt, lastAnswerAt } of counts) {
    await pool.query(
      `insert into gateway_key_uses as known (merchant_number, serial, kind, notices, answers, last_notice_at, last_answer_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (merchant_number, serial) do update
         set notices = known.notices + excluded.notices, answers = known.answers + excluded.answers,
             last_notice_at = greatest(known.last_notice_at, excluded.last_notice_at),
             last_answer_at = greatest(known.last_answer_at, excluded.last_answer_at)`,
      [merchantNumber, serial, kind, notices, answers, lastNoticeAt, lastAnswerAt],
    );
  }
}

// Stays SQL: one statement for several tables.
/** The one used last comes first; what is held and was never used, last. */
export async function listKnownKeys(pool: Queryable): Promise<KnownKey[]> {
  const { rows } = await pool.query<KnownKey>(
    `select coalesce(u.merchant_number, k.merchant_number) as "merchantNumber", coalesce(u.serial, k.serial) as serial,
            coalesce(u.kind, k.kind) as kind, coalesce(u.notices, 0)::float8 as notices, coalesce(u.answers, 0)::float8 as answers,
            u.last_notice_at as "lastNoticeAt", u.last_answer_at as "lastAnswerAt", k.valid_to as "validUntil"
       from gateway_key_uses u
       full join (select a.merchant_number, g.serial, g.kind, max(g.valid_to) as valid_to
                    from gateway_keys g join gateway_accounts a on a.id = g.account_id group by 1, 2, 3) k
         on k.merchant_number = u.merchant_number and k.serial = u.serial
      order by greatest(u.last_notice_at, u.last_answer_at) desc nulls last, k.valid_to desc, 2`,
  );
  return rows;
}
