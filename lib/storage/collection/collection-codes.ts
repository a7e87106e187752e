import type pg from "pg";
import { COLLECTION_CODES_ACTIVE_MAX } from "#lib/base/collection-limits.ts";
import type { CodeTerms, CollectionStore, Doing, NewCode, ScannedCode, StoredCode } from "#lib/collection/index.ts";
import { isScene } from "#lib/intelligence/index.ts";
import type { Prisma } from "../../../prisma/generated/client.ts";
import type { PrismaClient } from "../client.ts";
import { violatedConstraint } from "../errors.ts";
import { newestFirst, olderThan } from "../newest-first.ts";
import { type AuditDetail, recordAudit } from "../operations/audit-log.ts";
import { inTransaction, run, type Statement, viaPrisma } from "../transaction.ts";

const COLUMNS = "id, code, label, amount, amount_min, amount_max, scene, item_name, category, status";
// SQL: an advisory lock. Two at once could both find room for the last one; merchants do not come in crowds, so one lock serves.
const ONE_AT_A_TIME: Statement = {
  name: "insert_codes_one_at_a_time",
  text: "select pg_advisory_xact_lock(hashtext('collection_codes'))",
};
const IS_TAKEN: Statement = { name: "code_exists", text: "select from collection_codes where id = $1" };
const INSERT: Statement = {
  name: "insert_code",
  text: `insert into collection_codes (id, code, label, amount, amount_min, amount_max, scene, item_name, category,
                                       created_by, created_at, updated_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11
          where (select count(*) from collection_codes where status = 'active') < $12`,
};
// SQL: a row lock, and what is written under it.
const LOCK: Statement = { name: "lock_code", text: `select ${COLUMNS} from collection_codes where id = $1 for update` };
const CHANGE: Statement = {
  name: "change_code",
  text: `update collection_codes set label = $2, amount = $3, amount_min = $4, amount_max = $5, scene = $6, item_name = $7,
                category = $8, updated_at = $9 where id = $1`,
};
const RETIRE: Statement = {
  name: "retire_code",
  text: "update collection_codes set status = 'retired', retired_at = $2, updated_at = $2 where id = $1",
};
// SQL: on the way of the pay page, as is the next.
const SCAN: Statement = {
  name: "scan_code",
  text: `select ${COLUMNS}, exists (select from gateway_accounts where status = 'active') as payable
           from collection_codes where code = $1`,
};
// A repeat finds its row and says nothing, also after the code was retired.
const LINK: Statement = {
  name: "link_code",
  text: `insert into collection_orders (order_id, code_id, created_at)
         select $1, $2, $3 where not exists (select from collection_orders where order_id = $1)
         on conflict (order_id) do nothing`,
};

interface CodeRow {
  id: string;
  code: string;
  label: string;
  amount: number | null;
  amount_min: number | null;
  amount_max: number | null;
  scene: string | null;
  item_name: string | null;
  category: string | null;
  status: "active" | "retired";
}
type ListedRow = Prisma.CollectionCodeModel;

export function collectionStore(pool: pg.Pool): CollectionStore {
  return {
    insert: (code, doing) => insert(pool, code, doing),
    find: (id) =>
      viaPrisma(pool, async (prisma) => {
        const row = await prisma.collectionCode.findUnique({ where: { id } });
        return row === null ? null : ((await withPaid(prisma, [row]))[0] ?? null);
      }),
    list: (filter) => viaPrisma(pool, (prisma) => list(prisma, filter)),
    change: (id, doing, terms) =>
      inTransaction(pool, async (client) => {
        const row = (await run<CodeRow>(client, LOCK, [id])).rows[0];
        if (row === undefined) return "absent";
        if (row.status === "retired") return "retired";
        const before = toTerms(row);
        const after = terms(before);
        const detail = differenceOf(before, after);
        if (Object.keys(detail).length === 0) return "changed";
        await run(client, CHANGE, [id, ...valuesOf(after), doing.at]);
        await recordAudit(client, auditOf("change", { id, doing, detail }));
        return "changed";
      }),
    retire: (id, doing) =>
      inTransaction(pool, async (client) => {
        const row = (await run<CodeRow>(client, LOCK, [id])).rows[0];
        if (row?.status !== "active") return row !== undefined;
        await run(client, RETIRE, [id, doing.at]);
        await recordAudit(client, auditOf("retire", { id, doing, detail: { label: row.label } }));
        return true;
      }),
    async scan(code) {
      const { rows } = await run<CodeRow & { payable: boolean }>(pool, SCAN, [code]);
      return rows[0] === undefined ? null : toScanned(rows[0]);
    },
    async link({ orderId, codeId, at }) {
      try {
        await run(pool, LINK, [orderId, codeId, at]);
        return "linked";
      } catch (cause) {
        const law = violatedConstraint(cause);
        if (law === "collection_code_closed") return "retired";
        if (law === "collection_order_amount") return "other_amount";
        throw cause;
      }
    },
  };
}

async function list(
  prisma: PrismaClient,
  { status, after, limit }: Parameters<CollectionStore["list"]>[0],
): Promise<StoredCode[]> {
  const last =
    after === undefined
      ? undefined
      : await prisma.collectionCode.findUnique({ where: { id: after }, select: { createdAt: true, id: true } });
  if (last === null) return [];
  const rows = await prisma.collectionCode.findMany({
    where: { ...(status === undefined ? {} : { status }), ...(last === undefined ? {} : olderThan(last)) },
    orderBy: newestFirst(),
    take: limit,
  });
  return withPaid(prisma, rows);
}

/** With what was paid by each, read from an index that holds no more than that; only for the codes that are shown. */
async function withPaid(prisma: PrismaClient, rows: readonly ListedRow[]): Promise<StoredCode[]> {
  const paid = await prisma.collectionOrder.groupBy({
    by: ["codeId"],
    where: { codeId: { in: rows.map(({ id }) => id) }, paidAmount: { not: null } },
    _count: true,
    _sum: { paidAmount: true },
  });
  const paidBy = new Map(paid.map((each) => [each.codeId, each]));
  return rows.map((row) =>
    toStored(row, { count: paidBy.get(row.id)?._count ?? 0, amount: paidBy.get(row.id)?._sum.paidAmount ?? 0 }),
  );
}

const insert = (pool: pg.Pool, { id, code, terms }: NewCode, doing: Doing) =>
  inTransaction(pool, async (client): Promise<"inserted" | "id_taken" | "too_many"> => {
    await run(client, ONE_AT_A_TIME, []);
    if ((await run(client, IS_TAKEN, [id])).rowCount === 1) return "id_taken";
    const values = [id, code, ...valuesOf(terms), doing.by, doing.at, COLLECTION_CODES_ACTIVE_MAX];
    if ((await run(client, INSERT, values)).rowCount !== 1) return "too_many";
    await recordAudit(client, auditOf("create", { id, doing, detail: shown(terms) }));
    return "inserted";
  });

const valuesOf = ({ label, amount, amountMin, amountMax, scene, itemName, category }: CodeTerms): unknown[] => [
  label,
  amount,
  amountMin,
  amountMax,
  scene,
  itemName,
  category,
];

const shown = (terms: CodeTerms): AuditDetail =>
  Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== null));

function differenceOf(before: CodeTerms, after: CodeTerms): AuditDetail {
  const names = (Object.keys(after) as (keyof CodeTerms)[]).filter((name) => before[name] !== after[name]);
  return Object.fromEntries(names.map((name) => [name, `${before[name] ?? "–"} → ${after[name] ?? "–"}`]));
}

function auditOf(verb: string, { id, doing, detail }: { id: string; doing: Doing; detail: AuditDetail }) {
  return { actor: doing.by, action: `collection_code.${verb}`, subject: id, detail, at: doing.at };
}

function toTerms(row: CodeRow): CodeTerms {
  return {
    label: row.label,
    amount: row.amount,
    amountMin: row.amount_min,
    amountMax: row.amount_max,
    scene: isScene(row.scene) ? row.scene : null,
    itemName: row.item_name,
    category: row.category,
  };
}

const toScanned = (row: CodeRow & { payable: boolean }): ScannedCode => ({
  id: row.id,
  code: row.code,
  terms: toTerms(row),
  status: row.status,
  payable: row.payable,
});

const toStored = (row: ListedRow, paid: { readonly count: number; readonly amount: number }): StoredCode => ({
  id: row.id,
  code: row.code,
  terms: {
    label: row.label,
    amount: row.amount,
    amountMin: row.amountMin,
    amountMax: row.amountMax,
    scene: isScene(row.scene) ? row.scene : null,
    itemName: row.itemName,
    category: row.category,
  },
  status: row.status as StoredCode["status"],
  paidCount: paid.count,
  paidAmount: paid.amount,
  createdBy: row.createdBy,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  retiredAt: row.retiredAt,
});
