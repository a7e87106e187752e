import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DAY_MS } from "#lib/base/time.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { requestRefund } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { exportLedger } from "./export-ledger.ts";
import { readAnchors, takeAnchorTurn } from "./keep-anchors.ts";
import { createChainKeeper } from "./keep-chains.ts";
import { verifyLedger } from "./verify-ledger.ts";

// Goal: any change behind the product's back is found and named, and a verifier without our code says the same.

const TABLES = ["journal_entries", "journal_lines", "audit_log", "chain_links", "chain_heads", "ledger_anchors"];
let fixture: PaymentFixture;
let url: string;
let folder: string;
let anchors: string;
/** Ids of the entries and of the audit log's rows, oldest first. */
let entries: string[];
let audits: string[];

beforeAll(async () => {
  fixture = await paymentFixture();
  ({ url } = fixture.database as typeof fixture.database & { url: string });
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-ledger-"));
  anchors = path.join(folder, "outside", "anchors.jsonl");
  for (let round = 0; round < 6; round++) {
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    if (round < 2) {
      const { outRefundNo } = await requestRefund(fixture, order.id, { amount: 100 });
      const refund = fixture.wechat.refunds.settle(outRefundNo, "succeeded");
      await fixture.payments.receiveNotification(fixture.gateways.noticeOfRefund(refund));
    }
    const detail = { text: `"quotes", 表, a line\u2028end`, round, none: null };
    const entry = { actor: "owner@example.com", action: "test.row", subject: round === 0 ? null : `s${round}`, detail };
    await recordAudit(fixture.database.pool, { ...entry, at: fixture.clock.now() });
    if (round === 3) await anchorDay();
  }
  await chainAll();
  const ids = async (table: string) =>
    (await fixture.rows<{ id: string }>(`select id from ${table} order by id`)).map(({ id }) => id);
  entries = await ids("journal_entries");
  audits = await ids("audit_log");
  await asOutsider([
    "alter table journal_lines drop constraint journal_lines_entry_id_fkey",
    "create schema saved",
    ...TABLES.map((table) => `create table saved.${table} as table ${table}`),
  ]);
});
afterAll(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});
afterEach(async () => {
  await asOutsider(
    TABLES.flatMap((table) => [
      `delete from ${table}`,
      `insert into ${table} overriding system value table saved.${table}`,
    ]),
  );
});

async function chainAll(): Promise<void> {
  const keeper = createChainKeeper({ pool: fixture.database.pool, clock: fixture.clock });
  while ((await keeper.turn()) === "again");
}
const anchorTurn = (place = anchors) =>
  takeAnchorTurn({ pool: fixture.database.pool, place, clock: fixture.clock, log: { info() {}, warn() {} } });
async function anchorDay(): Promise<void> {
  await chainAll();
  while ((await anchorTurn()) === "again");
  fixture.clock.advance(DAY_MS);
}

/** As the owner of the database, who may switch off every trigger. */
async function asOutsider(statements: readonly string[]): Promise<void> {
  const switched = (how: string) => TABLES.map((table) => `alter table ${table} ${how} trigger user`);
  const all = [...switched("disable"), ...statements, ...switched("enable")];
  await fixture.database.pool.query(`begin; ${all.join("; ")}; commit`);
}

/** What both verifiers say, each finding as `table id problem`. */
async function verdicts(outside?: string): Promise<string[]> {
  const verdict = await verifyLedger({ url, outside: outside === undefined ? [] : await readAnchors(outside) });
  const ours = verdict.findings.map(({ table, id, problem }) => `${table} ${id} ${problem}`);
  expect(verdict.ok).toBe(ours.length === 0);
  const file = path.join(folder, "ledger.jsonl");
  await rm(file, { force: true });
  await exportLedger(url, file);
  const run = promisify(execFile)(process.execPath, [
    "lib/ops/ledger/verify-export.mjs",
    file,
    ...(outside === undefined ? [] : [outside]),
  ]);
  const printed = await run.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (cause: { stdout: string; code: number }) => cause,
  );
  const theirs = printed.stdout.trim().split("\n").slice(0, -1);
  expect(printed.code).toBe(ours.length === 0 ? 0 : 1);
  expect(theirs.toSorted()).toEqual([...new Set(ours)].toSorted());
  return ours;
}

test("an untouched ledger is verified by both, row by row", async () => {
  expect(await verdicts(anchors)).toEqual([]);
  const verdict = await verifyLedger({ url });
  expect(verdict).toMatchObject({ ok: true, more: 0, orders: 6, anchors: 1 });
  expect(verdict.chains.journal).toMatchObject({ chained: 8, waiting: 0, upTo: entries.at(-1) });
  expect(verdict.chains.audit).toMatchObject({ chained: audits.length, waiting: 0 });
});

const NAMED: [what: string, statements: () => string[], named: () => string[]][] = [
  [
    "an amount that was changed on both sides",
    () => [
      `update journal_lines set debit = debit + 1 where entry_id = ${entries[2]} and debit > 0`,
      `update journal_lines set credit = credit + 1 where entry_id = ${entries[2]} and credit > 0`,
    ],
    () => [`journal_entries ${entries[2]} changed`, `orders ${orderOfThird} sums_differ`],
  ],
  [
    "a cause",
    () => [`update journal_entries set cause = cause || ' ' where id = ${entries[4]}`],
    () => [`journal_entries ${entries[4]} changed`],
  ],
  [
    "a moment, by a microsecond",
    () => [`update audit_log set created_at = created_at + '1 microsecond' where id = ${audits[1]}`],
    () => [`audit_log ${audits[1]} changed`],
  ],
  [
    "who did it",
    () => [`update audit_log set actor = 'somebody' where id = ${audits[0]}`],
    () => [`audit_log ${audits[0]} changed`],
  ],
  [
    "none for an empty text",
    () => [`update audit_log set subject = '' where subject is null and action = 'test.row'`],
    () => [`audit_log ${withoutSubject} changed`],
  ],
  [
    "a detail",
    () => [`update audit_log set detail = detail || '{"round": 9}' where id = ${audits.at(-1)}`],
    () => [`audit_log ${audits.at(-1)} changed`],
  ],
  [
    "two rows in a row",
    () => [`update audit_log set actor = 'x' where id in (${audits[2]}, ${audits[3]})`],
    () => [`audit_log ${audits[2]} changed`, `audit_log ${audits[3]} changed`],
  ],
  [
    "two rows that changed places",
    () => [
      `update audit_log a set (actor, subject, detail, created_at) = (b.actor, b.subject, b.detail, b.created_at)
         from saved.audit_log b where (a.id, b.id) in ((${audits[1]}, ${audits[4]}), (${audits[4]}, ${audits[1]}))`,
    ],
    () => [`audit_log ${audits[1]} changed`, `audit_log ${audits[4]} changed`],
  ],
  [
    "a row that was deleted",
    () => [`delete from audit_log where id = ${audits[1]}`],
    () => [`audit_log ${audits[1]} missing`],
  ],
  [
    "a row that was deleted with its link",
    () => [
      `delete from audit_log where id = ${audits[1]}`,
      `delete from chain_links where chain = 'audit' and row_id = ${audits[1]}`,
    ],
    () => [`audit_log ${audits[1]} missing`],
  ],
  [
    "a link that was deleted",
    () => [`delete from chain_links where chain = 'audit' and row_id = ${audits[1]}`],
    () => [`audit_log ${audits[1]} link_missing`],
  ],
  [
    "a link that was changed",
    () => [`update chain_links set hash = sha256('x') where chain = 'audit' and row_id = ${audits[1]}`],
    () => [`chain_links audit ${audits[1]} link_changed`],
  ],
  [
    "the last link",
    () => [`update chain_links set hash = sha256('x') where chain = 'audit' and row_id = ${audits.at(-1)}`],
    () => [`chain_links audit ${audits.at(-1)} link_changed`],
  ],
  [
    "a link's row before",
    () => [`update chain_links set previous_id = 0 where chain = 'audit' and row_id = ${audits[1]}`],
    () => [`chain_links audit ${audits[1]} link_changed`],
  ],
  [
    "the end of the audit log, with its links",
    () => [
      `delete from audit_log where id > ${audits[3]}`,
      `delete from chain_links where chain = 'audit' and row_id > ${audits[3]}`,
    ],
    () => [`audit_log ${audits.at(-1)} cut_off`],
  ],
  [
    "the head's hash",
    () => ["update chain_heads set hash = sha256('x') where chain = 'journal'"],
    () => ["chain_heads journal head_changed"],
  ],
  [
    "the head's count",
    () => ["update chain_heads set rows = rows + 1 where chain = 'journal'"],
    () => ["chain_heads journal head_changed"],
  ],
  [
    "a head that was put back",
    () => [
      `update chain_heads h set row_id = l.row_id, hash = l.hash, rows = 2 from chain_links l where h.chain = 'audit' and l.chain = 'audit' and l.row_id = ${audits[1]}`,
    ],
    () => ["chain_heads audit head_changed"],
  ],
  [
    "an anchor",
    () => ["update ledger_anchors set journal_hash = sha256('x')"],
    () => [`ledger_anchors ${firstDay} journal anchor_differs`],
  ],
  [
    "lines without their entry",
    () => ["insert into journal_lines values (900, 'sales', 0, 5)"],
    () => ["journal_lines 900 no_entry"],
  ],
];
let withoutSubject = "";
let orderOfThird = "";
let firstDay = "";
beforeAll(async () => {
  const [row] = await fixture.rows<{ id: string }>(
    "select id from audit_log where subject is null and action = 'test.row'",
  );
  withoutSubject = row?.id ?? "";
  const [third] = await fixture.rows<{ id: string }>(
    `select order_id as id from journal_entries where id = ${entries[2]}`,
  );
  orderOfThird = third?.id ?? "";
  const [anchor] = await fixture.rows<{ day: string }>("select to_char(day, 'YYYY-MM-DD') as day from ledger_anchors");
  firstDay = anchor?.day ?? "";
});

test.each(NAMED)("both name %s", async (_, statements, named) => {
  await asOutsider(statements());
  expect((await verdicts()).toSorted()).toEqual(named().toSorted());
});

test("a payment that was taken out of the journal, hashes and all, is missed by its order", async () => {
  const [entry] = await fixture.rows<{ id: string; order_id: string }>(
    "select id, order_id from journal_entries where cause like 'payment:%' order by id desc limit 1",
  );
  await asOutsider([
    `delete from journal_lines where entry_id = ${entry?.id}`,
    `delete from journal_entries where id = ${entry?.id}`,
    `delete from chain_links where chain = 'journal' and row_id = ${entry?.id}`,
    `update chain_heads h set row_id = l.row_id, hash = l.hash, rows = rows - 1
       from (select row_id, hash from chain_links where chain = 'journal' order by row_id desc limit 1) l where h.chain = 'journal'`,
  ]);
  expect(await verdicts()).toEqual([`orders ${entry?.order_id} sums_differ`]);
});

test("an entry that was put into the past, or does not balance, is named", async () => {
  const [order] = await fixture.rows<{ id: string }>("select id from orders limit 1");
  await asOutsider([
    "delete from journal_lines where entry_id = 1; delete from journal_entries where id = 1; delete from chain_links where chain = 'journal' and row_id = 1",
    "update chain_links set previous_id = 0 where chain = 'journal' and row_id = 2",
    `insert into journal_entries (id, cause, order_id, created_at) overriding system value values (1, 'payment:false', '${order?.id}', now())`,
    "insert into journal_lines values (1, 'wechat_clearing', 5, 0), (1, 'sales', 0, 4)",
  ]);
  const found = await verdicts();
  expect(found).toContain("journal_entries 1 unbalanced");
  expect(found.filter((finding) => finding.startsWith("journal_entries"))).not.toEqual([]);
});

test("a row that was slipped in where none was is named, and one that is younger than the chain is not", async () => {
  const rows = await fixture.rows<{ id: string }>("select max(id) + 1 as id from audit_log");
  await recordAudit(fixture.database.pool, {
    actor: "owner",
    action: "test.younger",
    subject: null,
    at: fixture.clock.now(),
  });
  expect(await verdicts()).toEqual([]);
  expect((await verifyLedger({ url })).chains.audit.waiting).toBe(1);
  await asOutsider([
    "update chain_heads set row_id = row_id + 10, rows = rows + 1 where chain = 'audit'",
    `insert into chain_links select 'audit', row_id + 10, row_id, sha256('x') from chain_links where chain = 'audit' order by row_id desc limit 1`,
  ]);
  expect(await verdicts()).toContain(`audit_log ${rows[0]?.id} added`);
});

test("who writes all hashes anew is found by what was kept outside", async () => {
  await asOutsider([
    `update audit_log set actor = 'nobody' where id = ${audits[0]}`,
    "delete from chain_links; delete from ledger_anchors",
    "update chain_heads set row_id = 0, rows = 0, extended_at = null, hash = decode(repeat('00', 32), 'hex')",
  ]);
  await chainAll();
  expect(await verdicts()).toEqual([]);
  expect(await verdicts(anchors)).toEqual([`ledger_anchors ${firstDay} audit anchor_differs`]);
});

test("what was anchored after a backup is no fault of the backup; of the live ledger it is", async () => {
  const [known] = await readAnchors(anchors);
  if (known === undefined) throw new Error("there is an anchor");
  const beyond = { ...known.chains.audit, rowId: "999999", hash: "0".repeat(64) };
  const later = { ...known, day: "2099-01-01", chains: { journal: beyond, audit: beyond } };
  expect(await verifyLedger({ url, outside: [known, later], isBackup: true })).toMatchObject({
    ...{ ok: true, findings: [], youngerAnchors: 1 },
  });
  const live = await verifyLedger({ url, outside: [known, later] });
  expect(live.findings.map(({ id }) => id)).toEqual(["2099-01-01 journal", "2099-01-01 audit"]);
  // One that the backup must have is compared all the same.
  const changed = { ...known, chains: { ...known.chains, audit: { ...known.chains.audit, hash: "0".repeat(64) } } };
  expect((await verifyLedger({ url, outside: [changed], isBackup: true })).ok).toBe(false);
});

test("an anchor is made once a day, appended to the file, and kept until the place outside has it", async () => {
  const before = await readFile(anchors, "utf8");
  expect(before.trim().split("\n")).toHaveLength(1);
  await writeFile(anchors, `${before}{"format":"lingfu-an`);
  expect(await anchorTurn(folder)).toBe("done");
  const left = await fixture.rows("select kept_at, tries, problem from ledger_anchors where kept_at is null");
  expect(left).toEqual([{ kept_at: null, tries: 1, problem: expect.stringContaining("EISDIR") }]);
  expect(await anchorTurn()).toBe("done");
  fixture.clock.advance(DAY_MS);
  while ((await anchorTurn()) === "again");
  expect((await readAnchors(anchors)).map(({ day }) => day)).toHaveLength(3);
  await writeFile(anchors, before);
});
