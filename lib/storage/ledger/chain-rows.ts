// The rows of the two chains, as the texts that are hashed (lib/ops/ledger/README.md).

export const CHAINS = ["journal", "audit"] as const;
export type ChainName = (typeof CHAINS)[number];

export const TABLE_OF = { journal: "journal_entries", audit: "audit_log" } as const satisfies Record<ChainName, string>;

/** Account, debit and credit of a journal entry's line. */
type LineTexts = readonly [account: string, debit: string, credit: string];

export interface ChainRow {
  readonly id: string;
  readonly fields: readonly (string | null)[];
  /** Of journal entries, by account; empty in the audit log. */
  readonly lines: readonly LineTexts[];
}

/** Microseconds since 1970: no time zone and no date style changes it. */
const MICROSECONDS = "trim_scale(extract(epoch from r.created_at) * 1000000)::text";

const SELECTED = {
  journal: `
    select r.id::text, array[r.cause, r.order_id, ${MICROSECONDS}] as fields,
           (select coalesce(json_agg(json_build_array(l.account, l.debit::text, l.credit::text) order by l.account collate "C"), '[]')
              from journal_lines l where l.entry_id = r.id) as lines
      from journal_entries r`,
  audit: `
    select r.id::text, array[r.actor, r.action, r.subject, r.detail::text, ${MICROSECONDS}] as fields, '[]'::json as lines
      from audit_log r`,
} as const satisfies Record<ChainName, string>;

/** The rows are named `r`. */
export const selectRows = (chain: ChainName): string => SELECTED[chain];
