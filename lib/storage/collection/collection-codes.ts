import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import { COLLECTION_CODES_ACTIVE_MAX } from "#lib/base/collection-limits.ts";
import type { CodeTerms, CollectionStore, Doing, NewCode, ScannedCode, StoredCode } from "#lib/collection/index.ts";
import { isScene } from "#lib/intelligence/index.ts";
import type { CollectionCode, Prisma } from "../../../prisma/generated/client.ts";
import type { PrimaryPool, PrismaClient } from "../client.ts";
import { violatedConstraint } from "../errors.ts";
import { escapeLike } from "../like.ts";
import { between, newestFirst, olderThan } from "../newest-first.ts";
import { type AuditDetail, recordAudit } from "../operations/audit-log.ts";
import { findPlace } from "../tills/find-place.ts";
import { inPrismaTransaction, inTransaction, run, statement, viaPrisma } from "../transaction.ts";

// SQL: an advisory lock. Two at once could both find room for the last one; merchants do not come in crowds, so one lock serves.
const ONE_AT_A_TIME = statement("insert_codes_one_at_a_time")`
  select pg_advisory_xact_lock(hashtext('collection_codes'))`;
// Stays SQL, as does the next: every start of a demo shop asks it in its worker, and a quiet worker loads no Prisma.
const ROOM = statement("room_for_code")`
  select exists (select from collection_codes where id = $1) as "isTaken",
         (select count(*)::int from collection_codes where status = 'active') as count`;
const INSERT = statement("insert_code")`
  insert into collection_codes (id, code, created_by, created_at, updated_at, label, amount, amount_min, amount_max, scene,
                                item_name, category, store_id, till_id)
  values ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;
// SQL: a row lock.
const LOCK = statement("lock_code")`select from collection_codes where id = $1 for update`;
// SQL: on the way of the pay page, as is the next.
const SCAN = statement("scan_code")`
  select c.id, c.code, c.label, c.amount, c.amount_min as "amountMin", c.amount_max as "amountMax", c.scene,
         c.item_name as "itemName", c.category, c.status, exists (select from gateway_accounts where status = 'active') as payable,
         c.store_id as "storeId", s.code as "storeCode", c.till_id as "tillId", t.code as "tillCode"
    from collection_codes c left join stores s on s.id = c.store_id left join tills t on t.id = c.till_id where c.code = $1`;
// SQL: several tables. It also answers who has just made a code, as the demo shop's worker has.
const FIND = statement("find_code")`
  select c.id, c.code, c.label, c.amount, c.amount_min as "amountMin", c.amount_max as "amountMax", c.scene,
         c.item_name as "itemName", c.category, c.status, c.created_by as "createdBy", c.created_at as "createdAt",
         c.updated_at as "updatedAt", c.retired_at as "retiredAt", c.store_id as "storeId", s.code as "storeCode",
         c.till_id as "tillId", t.code as "tillCode",
         (select jsonb_build_object('count', count(*), 'amount', coalesce(sum(paid_amount), 0))
            from collection_orders where code_id = c.id and paid_amount is not null) as paid
    from collection_codes c left join stores s on s.id = c.store_id left join tills t on t.id = c.till_id where c.id = $1`;
// A repeat finds its row and says nothing, also after the code was retired.
const LINK = statement("link_code")`
  insert into collection_orders (order_id, code_id, created_at)
  select $1, $2, $3 where not exists (select from collection_orders where order_id = $1)
  on conflict (order_id) do nothing`;

interface CodeName {
  readonly code: string;
}

/** What the code says of its place, beside the ids. */
const PLACED = { store: { select: { code: true } }, till: { select: { code: true } } } as const;
type PlacedCode = CollectionCode & { store: CodeName | null; till: CodeName | null };

/** What both ways of reading have in common. */
type CodeRow = Omit<CollectionCode, "createdBy" | "createdAt" | "updatedAt" | "retiredAt">;
type CountedCodeRow = CollectionCode & {
  storeCode: string | null;
  tillCode: string | null;
  paid: Readonly<Record<"count" | "amount", number>>;
};
const named = (code: string | null): CodeName | null => (code === null ? null : { code });
type ScannedRow = CodeRow & { payable: boolean; storeCode: string | null; tillCode: string | null };

export function collectionStore(pool: PrimaryPool): CollectionStore {
  return {
    insert: (code, doing) => insert(pool, code, doing),
    async find(id) {
      const { rows } = await run<CountedCodeRow>(pool, FIND, [id]);
      const [row] = rows;
      return row === undefined
        ? null
        : toStored({ ...row, store: named(row.storeCode), till: named(row.tillCode) }, row.paid);
    },
    list: (filter) => viaPrisma(pool, (prisma) => list(prisma, filter)),
    change: (id, doing, terms) =>
      inPrismaTransaction(pool, async ({ prisma, client }) => {
        await run(client, LOCK, [id]);
        const row = await prisma.collectionCode.findUnique({ where: { id }, include: PLACED });
        if (row === null) return "absent";
        if (row.status === "retired") return "retired";
        const before = toTerms({ ...row, storeCode: row.store?.code ?? null, tillCode: row.till?.code ?? null });
        const after = terms(before);
        const detail = differenceOf(before, after);
        if (Object.keys(detail).length === 0) return "changed";
        const isElsewhere = before.storeCode !== after.storeCode || before.tillCode !== after.tillCode;
        const place = isElsewhere ? await placeColumns(client, after) : {};
        await prisma.collectionCode.update({
          where: { id },
          data: { ...columnsOf(after), ...place, updatedAt: doing.at },
        });
        await recordAudit(client, auditOf("change", { id, doing, detail }));
        return "changed";
      }),
    retire: (id, doing) =>
      inPrismaTransaction(pool, async ({ prisma, client }) => {
        await run(client, LOCK, [id]);
        const row = await prisma.collectionCode.findUnique({ where: { id } });
        if (row?.status !== "active") return row !== null;
        const { at } = doing;
        await prisma.collectionCode.update({
          where: { id },
          data: { status: "retired", retiredAt: at, updatedAt: at },
        });
        await recordAudit(client, auditOf("retire", { id, doing, detail: { label: row.label } }));
        return true;
      }),
    async scan(code) {
      const { rows } = await run<ScannedRow>(pool, SCAN, [code]);
      return rows[0] === undefined ? null : toScanned(rows[0]);
    },
    async link({ orderId, codeId, at }) {
      try {
        await run(pool, LINK, [orderId, codeId, at]);
        return "linked";
      } catch (cause) {
        const constraint = violatedConstraint(cause);
        if (constraint === "collection_code_closed") return "retired";
        if (constraint === "collection_order_amount") return "other_amount";
        throw cause;
      }
    },
  };
}

async function list(
  prisma: PrismaClient,
  { status, createdFrom, createdTo, text, after, limit }: Parameters<CollectionStore["list"]>[0],
): Promise<StoredCode[]> {
  const last =
    after === undefined
      ? undefined
      : await prisma.collectionCode.findUnique({ where: { id: after }, select: { createdAt: true, id: true } });
  if (last === null) return [];
  const rows = await prisma.collectionCode.findMany({
    where: {
      ...(status === undefined ? {} : { status }),
      AND: [
        { createdAt: between(createdFrom, createdTo) },
        ...(text === undefined ? [] : [{ OR: meant(text) }]),
        ...(last === undefined ? [] : [olderThan(last)]),
      ],
    },
    orderBy: newestFirst(),
    take: limit,
    include: PLACED,
  });
  return withPaid(prisma, rows);
}

const meant = (text: string): Prisma.CollectionCodeWhereInput[] => {
  const part = { contains: escapeLike(text), mode: "insensitive" } as const;
  return [{ id: text }, { code: text }, { label: part }, { itemName: part }];
};

/** With what was paid by each, read from an index that holds no more than that; only for the codes that are shown. */
async function withPaid(prisma: PrismaClient, rows: readonly PlacedCode[]): Promise<StoredCode[]> {
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
    const { rows } = await run<{ isTaken: boolean; count: number }>(client, ROOM, [id]);
    if (rows[0]?.isTaken !== false) return "id_taken";
    if (rows[0].count >= COLLECTION_CODES_ACTIVE_MAX) return "too_many";
    const { label, amount, amountMin, amountMax, scene, itemName, category } = terms;
    const { storeId, tillId } = await placeColumns(client, terms);
    const values = [id, code, doing.by, doing.at, label, amount, amountMin, amountMax, scene, itemName, category];
    await run(client, INSERT, [...values, storeId, tillId]);
    await recordAudit(client, auditOf("create", { id, doing, detail: shown(terms) }));
    return "inserted";
  });

const columnsOf = ({ label, amount, amountMin, amountMax, scene, itemName, category }: CodeTerms) => ({
  label,
  amount,
  amountMin,
  amountMax,
  scene,
  itemName,
  category,
});

const shown = (terms: CodeTerms): AuditDetail =>
  Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== null));

function differenceOf(before: CodeTerms, after: CodeTerms): AuditDetail {
  const names = (Object.keys(after) as (keyof CodeTerms)[]).filter((name) => before[name] !== after[name]);
  return Object.fromEntries(names.map((name) => [name, `${before[name] ?? "–"} → ${after[name] ?? "–"}`]));
}

function auditOf(verb: string, { id, doing, detail }: { id: string; doing: Doing; detail: AuditDetail }) {
  return { actor: doing.by, action: `collection_code.${verb}`, subject: id, detail, at: doing.at };
}

/** @throws AppError `invalid_request` at the code that no store or till in use has */
async function placeColumns(client: pg.PoolClient, { storeCode, tillCode }: CodeTerms) {
  if (storeCode === null) return { storeId: null, tillId: null };
  const { store, till } = await findPlace(client, { storeCode, tillCode });
  const isKnown = store !== null && (tillCode === null || till !== null);
  if (isKnown) return { storeId: store.id, tillId: till?.id ?? null };
  const path = store === null ? "storeCode" : "tillCode";
  throw new AppError("invalid_request", "the place of the code is not known", {
    errors: [{ path, message: `nothing in use has the code ${store === null ? storeCode : tillCode}` }],
  });
}

const toTerms = (row: CodeRow & Pick<ScannedRow, "storeCode" | "tillCode">): CodeTerms => ({
  label: row.label,
  amount: row.amount,
  amountMin: row.amountMin,
  amountMax: row.amountMax,
  scene: isScene(row.scene) ? row.scene : null,
  itemName: row.itemName,
  category: row.category,
  storeCode: row.storeCode,
  tillCode: row.tillCode,
});

const toScanned = (row: ScannedRow): ScannedCode => ({
  id: row.id,
  code: row.code,
  terms: toTerms(row),
  status: row.status as ScannedCode["status"],
  payable: row.payable,
  place:
    row.storeId === null || row.storeCode === null
      ? null
      : {
          store: { id: row.storeId, code: row.storeCode },
          till: row.tillId === null || row.tillCode === null ? null : { id: row.tillId, code: row.tillCode },
          cashier: null,
        },
});

const toStored = (row: PlacedCode, paid: { readonly count: number; readonly amount: number }): StoredCode => ({
  id: row.id,
  code: row.code,
  terms: toTerms({ ...row, storeCode: row.store?.code ?? null, tillCode: row.till?.code ?? null }),
  status: row.status as StoredCode["status"],
  paidCount: paid.count,
  paidAmount: paid.amount,
  createdBy: row.createdBy,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
  retiredAt: row.retiredAt,
});
