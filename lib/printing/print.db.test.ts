import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PRINT_JOB_AGE_MAX_MS } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import { printOutbox } from "#lib/storage/printing/print-outbox.ts";
import type { PrinterChoices } from "#lib/storage/printing/printers.ts";
import { setPrinterPaused } from "#lib/storage/printing/printers.ts";
import { shiftStore } from "#lib/storage/tills/shifts.ts";
import { paidOrder, requestRefund } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createPrinters, type PrinterKind, type Printers } from "./manage-printers.ts";
import { createPrinting, type PrintingDeps, type ReceiptPrinting } from "./print.ts";

// Goal: a paid order is on paper once, as it was meant; a printer that fails is told and printed on later; what may be on paper is
// never printed again in silence.
// Method: payments by the real core, printers by the sandbox, which reads the bytes back and checks Feie's signature.

let fixture: PaymentFixture;
let sandbox: Sandbox;
let folder: string;
let deps: PrintingDeps;
let printing: ReceiptPrinting;
let printers: Printers;
let settings: Record<PrinterKind, Record<string, unknown>>;
const silent = { info: () => {}, warn: () => {} };

beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(join(tmpdir(), "printing-"));
  const { clock, database } = fixture;
  sandbox = await startSandbox({ port: 0, dataDir: folder, clock });
  const box = createSealedBox(new Secret<Uint8Array>(new Uint8Array(32).fill(7)));
  const { pool } = database;
  const policy = { allowPrivate: false, allowLoopback: true };
  printers = createPrinters({ pool, box, clock, policy });
  deps = {
    ...{ pool, outbox: printOutbox(pool), box, clock, policy, log: silent },
    shift: (id) => shiftStore(pool).find(id),
    shopName: async () => "老王茶餐厅",
    publicUrl: "https://shop.example",
  };
  printing = createPrinting(deps);
  settings = (await control()).settings;
});
afterEach(async () => {
  const { pool } = fixture.database;
  await control({ clear: true });
  await pool.query("delete from printers");
  await pool.query("delete from alerts");
});
afterAll(async () => {
  await sandbox.close();
  await fixture.close();
  await rm(folder, { recursive: true });
});

interface ShownPapers {
  readonly settings: typeof settings;
  readonly documents: readonly {
    printer: string;
    copies: number;
    lines: { text: string; bold: boolean; wide: boolean }[];
    codes: string[];
    problems: string[];
  }[];
}

async function control(body?: object): Promise<ShownPapers> {
  const url = `${sandbox.url}/control/printer`;
  const answer = await fetch(url, body === undefined ? {} : { method: "POST", body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as ShownPapers;
}

const printed = async (): Promise<string[]> =>
  (await control()).documents.map(({ lines }) => lines.map(({ text }) => text).join("\n"));

async function add(kind: PrinterKind, choices: Partial<PrinterChoices> = {}): Promise<string> {
  const all = {
    ...{ name: kind, storeId: null, tillId: null, width: 58, copies: 1, automatic: true, language: "zh-CN" },
    ...choices,
  };
  return (await printers.create({ kind, choices: all, settings: settings[kind] }, "test")).id;
}

/** The sweep's part, to its end. */
async function sweep(): Promise<void> {
  for (const id of await printing.duePrinters()) while ((await printing.turn(id)) === "again");
}

const jobs = () =>
  fixture.rows<{ kind: string; status: string; reprint: boolean; tries: number }>(
    "select kind, status, reprint, tries from print_jobs order by id",
  );
const openAlerts = async () =>
  (await fixture.rows<{ kind: string }>("select kind from alerts where recovered_at is null order by id")).map(
    ({ kind }) => kind,
  );
const byHand = (printerId: string, orderId: string) =>
  printing.print({ printerId, kind: "receipt", orderId, refundId: null, shiftId: null, actor: "test" });

test.each(["network", "feie"] as const)("a payment prints once, as it was meant: %s", async (kind) => {
  await add(kind);
  const order = await paidOrder(fixture, [{ name: "冻柠茶", unitAmount: 1_850, quantity: 2 }]);
  await sweep();
  await sweep();
  const { documents } = await control();
  expect(documents).toHaveLength(1);
  const [paper] = documents;
  expect(paper?.problems).toEqual([]);
  expect(paper?.codes).toEqual([`https://shop.example/pay/${order.id}`]);
  const lines = paper?.lines.map(({ text }) => text) ?? [];
  expect(lines).toContain("冻柠茶");
  expect(lines).toContain("  18.50 x 2                37.00");
  expect(paper?.lines).toContainEqual({ text: "实付                     37.00元", bold: true, wide: false });
  expect(paper?.lines[0]).toMatchObject({ wide: true });
  expect(lines.join("\n")).toContain(order.outTradeNo);
  expect(lines.join("\n")).toContain(order.payment.transactionId);
  expect(await jobs()).toEqual([{ kind: "receipt", status: "printed", reprint: false, tries: 1 }]);
});

test("80 mm, two copies, English", async () => {
  await add("network", { width: 80, copies: 2, language: "en" });
  await paidOrder(fixture);
  await sweep();
  const papers = await printed();
  expect(papers).toHaveLength(2);
  expect(papers[0]).toMatch(/^Paid {35}10\.00 CNY$/m);
});

test("a refund prints its own receipt", async () => {
  await add("network");
  const order = await paidOrder(fixture);
  const { outRefundNo } = await requestRefund(fixture, order.id, { amount: 300 });
  fixture.wechat.refunds.settle(outRefundNo, "succeeded");
  fixture.clock.advance(MINUTE_MS);
  await fixture.payments.sweep();
  await sweep();
  expect((await jobs()).map(({ kind, status }) => `${kind} ${status}`)).toEqual(["receipt printed", "refund printed"]);
  expect((await printed())[0]).toMatch(/退款金额 +3\.00元/);
});

test("out of paper: told at once, nothing lost, printed once there is paper, and told to be over", async () => {
  const id = await add("network");
  await control({ mode: "paper_out" });
  await paidOrder(fixture);
  await sweep();
  expect(await printed()).toEqual([]);
  expect(await jobs()).toMatchObject([{ status: "pending" }]);
  expect(await openAlerts()).toEqual(["printer_failing"]);
  expect(await fixture.rows("select trouble from printers where id = $1", [id])).toEqual([{ trouble: "paper_out" }]);
  await control({ mode: "ok" });
  fixture.clock.advance(5 * SECOND_MS);
  await sweep();
  expect(await printed()).toHaveLength(1);
  expect(await openAlerts()).toEqual([]);
});

test.each([
  ["cover_open", "cover_open", "pending"],
  ["hang", "unanswered", "pending"],
  ["mute", "unanswered", "pending"],
  // Some of it may be on paper.
  ["drop", "offline", "unknown"],
] as const)("a printer that is in mode %s", async (mode, trouble, status) => {
  const id = await add("network");
  await control({ mode });
  await paidOrder(fixture);
  await sweep();
  expect(await jobs()).toMatchObject([{ status, tries: 1 }]);
  expect(await fixture.rows("select trouble from printers where id = $1", [id])).toEqual([{ trouble }]);
});

test("what may be on paper is told, and never printed again by itself; by hand it is marked", async () => {
  const id = await add("network");
  await control({ mode: "drop" });
  const order = await paidOrder(fixture);
  await sweep();
  expect(await openAlerts()).toEqual(["print_unknown"]);
  await control({ mode: "ok" });
  fixture.clock.advance(MINUTE_MS);
  await sweep();
  expect(await printed()).toEqual([]);
  expect(await byHand(id, order.id)).toMatchObject({ status: "printed" });
  expect((await printed())[0]).toContain("* 补打 *");
});

test("a process that dies between sending and concluding leaves a job that nobody sends again", async () => {
  const id = await add("network");
  await paidOrder(fixture);
  const dying = createPrinting({
    ...deps,
    outbox: { ...deps.outbox, printed: () => Promise.reject(new Error("killed")) },
  });
  await expect(dying.turn(id)).rejects.toThrow("killed");
  expect(await printed()).toHaveLength(1);
  // Its lease still runs: nobody else speaks to the printer.
  expect(await printing.turn(id)).toBe("idle");
  fixture.clock.advance(2 * MINUTE_MS);
  await sweep();
  expect(await printed()).toHaveLength(1);
  expect(await jobs()).toMatchObject([{ status: "unknown" }]);
  expect(await openAlerts()).toContain("print_unknown");
});

test("two workers at once print it once", async () => {
  const id = await add("network");
  await paidOrder(fixture);
  const other = createPrinting(deps);
  await Promise.all([printing.turn(id), other.turn(id), printing.turn(id)]);
  await sweep();
  expect(await printed()).toHaveLength(1);
});

test("by hand while it waits for paper is the same job, not a second one", async () => {
  const id = await add("network");
  await control({ mode: "paper_out" });
  const order = await paidOrder(fixture);
  await sweep();
  expect(await byHand(id, order.id)).toMatchObject({ status: "pending" });
  await control({ mode: "ok" });
  expect(await byHand(id, order.id)).toMatchObject({ status: "printed" });
  const papers = await printed();
  expect(papers).toHaveLength(1);
  expect(papers[0]).not.toContain("补打");
  // Twice by hand: the second one says so.
  expect(await byHand(id, order.id)).toMatchObject({ status: "printed" });
  expect((await printed())[0]).toContain("* 补打 *");
});

test("a dead printer delays no other, and no payment", async () => {
  await add("network", { name: "dead" });
  await fixture.rows("update printers set leased_until = now() + interval '1 hour' where name = 'dead'");
  await add("feie");
  await paidOrder(fixture);
  await sweep();
  expect((await control()).documents.map(({ printer }) => printer)).toEqual(["feie"]);
});

test("a receipt that nobody waits for any more is not printed", async () => {
  await add("network");
  await paidOrder(fixture);
  fixture.clock.advance(PRINT_JOB_AGE_MAX_MS + SECOND_MS);
  await sweep();
  expect(await printed()).toEqual([]);
  expect(await jobs()).toMatchObject([{ status: "cancelled" }]);
});

test("Feie refuses a wrong key: nothing is printed, and the answer is kept without the key", async () => {
  settings.feie.ukey = "wrongUkey12345";
  await add("feie");
  settings.feie.ukey = "sandboxFeieUkey1";
  await paidOrder(fixture);
  await sweep();
  const rows = await fixture.rows<{ status: string; answer: string }>(
    "select status, last_answer as answer from print_jobs",
  );
  expect(rows).toEqual([{ status: "pending", answer: "-2 参数错误 : 签名错误" }]);
});

test("a till's printer prints that till's orders and its hand-over, a printer that is stopped prints nothing", async () => {
  const { pool } = fixture.database;
  const place = { store: { id: "sto_1", code: "west" }, till: { id: "til_1", code: "1" }, cashier: null };
  await pool.query("insert into stores (id, code, name, created_at) values ('sto_1', 'west', '西街店', now())");
  await pool.query(
    `insert into tills (id, store_id, code, name, created_at) values
       ('til_1', 'sto_1', '1', '一号台', now()), ('til_2', 'sto_1', '2', '二号台', now())`,
  );
  await pool.query(
    `insert into shifts (id, till_id, store_id, number, opened_at, opened_by) values ('shf_1', 'til_1', 'sto_1', 1, $1, 'cashier')`,
    [fixture.clock.now()],
  );
  await add("network", { storeId: "sto_1", tillId: "til_1" });
  await add("network", { name: "other till", storeId: "sto_1", tillId: "til_2" });
  const stopped = await add("feie");
  await setPrinterPaused(pool, { id: stopped, paused: true }, { actor: "test", at: new Date() });
  await paidOrder(fixture);
  const request = { items: [{ name: "拿铁", unitAmount: 1_800, quantity: 1 }] };
  const { id } = await fixture.payments.createOrder(request, { place });
  await fixture.payAndNotify(await fixture.open(id));
  await sweep();
  expect(await printed()).toEqual([expect.stringMatching(/收银台 +一号台\n[\s\S]*拿铁/)]);
  const handOver = { shiftId: "shf_1", actor: "cashier:小陈 (csh_1)", cashierId: null, note: null };
  expect(await shiftStore(pool).handOver({ ...handOver, at: fixture.clock.now() })).toBe("handed_over");
  await sweep();
  const [slip, ...rest] = await printed();
  expect(rest).toHaveLength(1);
  expect(slip).toMatch(/交班人 +小陈\n[\s\S]*收款 +1笔 18\.00\n[\s\S]*净收 +18\.00元/);
});

test("addresses outside the shop's network are refused with the field", async () => {
  const strict = createPrinters({
    ...deps,
    box: { ...deps.box, seal: () => new Uint8Array() },
    policy: { allowPrivate: true, allowLoopback: false },
  });
  const choices = { name: "x", storeId: null, tillId: null, width: 58, copies: 1, automatic: true, language: "zh-CN" };
  for (const host of ["127.0.0.1", "169.254.169.254", "8.8.8.8"]) {
    const made = strict.create({ kind: "network", choices, settings: { host, port: 9_100 } }, "test");
    await expect(made).rejects.toMatchObject({ code: "invalid_request", errors: [{ path: "host" }] });
  }
  expect(await fixture.rows("select id from printers")).toEqual([]);
});
