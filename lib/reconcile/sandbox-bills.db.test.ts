import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { closeDiscrepancy, listDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { reconciliationWorld } from "./testing/reconciliation-world.ts";

// Goal: a day as it was gives no alarm, and each way a bill can lie is named by its kind and by no other.
// Method: a shop that really sold through the sandbox; its bills are then falsified, one fault at a time.

describe.each(["v3", "v2"] as const)("%s", (protocol) => {
  let world: Awaited<ReturnType<typeof reconciliationWorld>>;
  let day: string;
  let one: string;
  let two: string;
  let refund: string;
  beforeAll(async () => {
    world = await reconciliationWorld(protocol);
    day = beijingDay(world.clock.now());
    await world.lie({ alwaysReady: true });
    const first = await world.order(10, { pay: { coupon: 100, couponType: "CASH" } });
    one = first.outTradeNo;
    two = (await world.order(3)).outTradeNo;
    const { refund: made } = await refundOf(first.id, 400);
    refund = made.outRefundNo;
    await vi.waitUntil(async () => (await world.payments.syncRefund(made.id)).status === "succeeded", {
      timeout: 20_000,
      interval: 200,
    });
  });
  afterAll(() => world.close());
  beforeEach(() => world.lie(TRUTH));

  const refundOf = async (orderId: string, amount: number) => {
    const result = await world.payments.refundOrder({ orderId, amount });
    if (result.kind === "replayed") throw new Error("there was no request before");
    return result;
  };
  const kinds = async () => (await world.reconciliation.run(day)).discrepancies.map(({ kind }) => kind).toSorted();

  const bookedFees = async () => {
    const { rows } = await world.database.pool.query(
      "select account, sum(debit - credit)::int as sum from journal_lines l join journal_entries e on e.id = l.entry_id where e.cause like 'fees:%' group by 1 order by 1",
    );
    return rows;
  };
  const FEES = [
    { account: "fees", sum: 6 },
    { account: "wechat_clearing", sum: -6 },
  ];

  test("the truth, in every layout: no alarm; the fees are booked once", async () => {
    expect(await world.reconciliation.run(day)).toEqual({
      ...{ day, trades: 2, refunds: 1, otherApps: 0, discrepancies: [], more: 0 },
    });
    await world.lie({ oldLayout: 1, bareLineEnds: 1 });
    expect(await kinds()).toEqual([]);
    // 6 and 2 fen for the payments, 2 given back with the refund.
    expect(await bookedFees()).toEqual([
      { account: "fees", sum: 6 },
      { account: "wechat_clearing", sum: -6 },
    ]);
  });

  test.each<[string, () => object, string[]]>([
    ["a payment left out", () => ({ omit: [two] }), ["only_in_book"]],
    ["a refund left out", () => ({ omit: [refund] }), ["refund_only_in_book"]],
    ["a strange payment", () => ({ strange: [{ total: 55 }] }), ["only_in_bill"]],
    [
      "a second payment under a number of ours",
      () => ({ strange: [{ outTradeNo: two, total: 300 }] }),
      ["only_in_bill"],
    ],
    [
      "an unknown refund",
      () => ({ strange: [{ outTradeNo: two, outRefundNo: "X1", refund: 5 }] }),
      ["refund_only_in_bill"],
    ],
    ["another amount", () => ({ wrongAmount: { [two]: 301 } }), ["amount_differs", "fee_differs"]],
    [
      "another amount of a refund",
      () => ({ wrongRefundAmount: { [refund]: 399 } }),
      ["fee_differs", "refund_amount_differs"],
    ],
    ["another fee", () => ({ wrongFee: { [two]: 5 } }), ["fee_differs"]],
    ["another state", () => ({ wrongStatus: { [two]: "REVOKED" } }), ["status_differs"]],
    ["another state of a refund", () => ({ wrongStatus: { [refund]: "FAIL" } }), ["status_differs"]],
    ["a row twice", () => ({ duplicate: [two] }), ["duplicate"]],
    ["a refund twice", () => ({ duplicate: [refund] }), ["duplicate"]],
    ["another merchant", () => ({ otherMerchant: [two] }), ["unknown_merchant"]],
    ["a wrong sum", () => ({ wrongSummary: { 订单总金额: "99.99" } }), ["summary_differs"]],
    ["a wrong sum of the fund flow", () => ({ wrongSummary: { 收入金额: "0.01" } }), ["summary_differs"]],
    ["a fund flow without fees", () => ({ noFeeMoves: true }), ["fees_disagree"]],
    [
      "a fee of nothing on the bill",
      () => ({ extraMoves: [{ type: "扣除交易手续费", amount: -70 }] }),
      ["fees_disagree"],
    ],
    ["what a withdrawal cost", () => ({ extraMoves: [{ type: "提现手续费", amount: -70 }] }), []],
  ])("%s", async (_, lie, expected) => {
    await world.lie(lie());
    expect(await kinds()).toEqual(expected);
    await world.lie(TRUTH);
    expect(await kinds()).toEqual([]);
  });

  test("fees that the two bills disagree about are booked as the trade bill has them", async () => {
    for (const lie of [{ noFeeMoves: true }, { extraMoves: [{ type: "提现手续费", amount: -70 }] }]) {
      await world.lie({ ...TRUTH, ...lie });
      const { discrepancies } = await world.reconciliation.run(day);
      expect(discrepancies.map(({ ours, theirs }) => [ours, theirs])).toEqual(
        "noFeeMoves" in lie ? [["0.054", "0.00"]] : [],
      );
      expect(await bookedFees()).toEqual(FEES);
    }
  });

  test("rows of other systems' apps under our merchant number are counted apart, and their fees are not ours", async () => {
    const other = { appid: "wx0000000000000other" };
    const theirs = [
      { ...other, total: 5500 },
      { ...other, outTradeNo: "OTHER00001", outRefundNo: "OTHERR0001", refund: 700 },
    ];
    await world.lie({ strange: theirs });
    const { trades, refunds, otherApps, discrepancies } = await world.reconciliation.run(day);
    expect([trades, refunds, otherApps, discrepancies]).toEqual([2, 1, 2, []]);
    expect(await bookedFees()).toEqual(FEES);
    const [run] = (await listRuns(world.database.pool, { day, limit: 1 })) ?? [];
    expect([run?.otherApps, run?.sums?.theirs]).toEqual([2, run?.sums?.ours]);
  });

  test("an app of an account that was retired is ours all the same", async () => {
    await world.database.pool.query(
      `insert into gateway_accounts (id, protocol, app_id, merchant_number, status, sandbox, sealed, fingerprint, retired_at)
       values ('acc_before', $1, 'wx00000000000before', $2, 'retired', true, ''::bytea, decode(repeat('0a', 32), 'hex'), now())`,
      [protocol, world.credentials.merchantNumber],
    );
    await world.lie({ strange: [{ appid: "wx00000000000before", total: 5500 }] });
    expect(await kinds()).toEqual(["only_in_bill"]);
  });

  test("a bill that cannot be downloaded, or does not match its published hash, gives no result", async () => {
    await world.lie({ stillCreating: true });
    await expect(world.reconciliation.run(day)).rejects.toMatchObject({ code: "conflict" });
    await world.lie({ stillCreating: false, wrongHash: protocol === "v3" });
    if (protocol === "v3") {
      await expect(world.reconciliation.run(day)).rejects.toMatchObject({ code: "gateway_unavailable" });
    }
  });

  test("a day without trade is no error", async () => {
    await world.lie({ omit: [one, two, refund] });
    const { trades, discrepancies } = await world.reconciliation.run(day);
    expect([trades, discrepancies.length]).toEqual([0, 3]);
  });

  test("what a person has closed stays closed, and is audited", async () => {
    await world.lie({
      strange: [{ outTradeNo: "STRANGE01", transactionId: "4200000000000000000000000001", total: 55 }],
    });
    expect(await kinds()).toEqual(["only_in_bill"]);
    const { pool } = world.database;
    const run = (await listRuns(pool, { limit: 10 })).find((each) => each.day === day);
    const [found] = await listDiscrepancies(pool, run?.id ?? "", 10);
    const closing = { id: found?.id ?? "", reason: "第二家店的收款", person: "owner@example.com", at: new Date() };
    await expect(closeDiscrepancy(pool, { ...closing, reason: " " })).rejects.toMatchObject({
      code: "invalid_request",
    });
    await closeDiscrepancy(pool, closing);
    await expect(closeDiscrepancy(pool, closing)).rejects.toMatchObject({ code: "conflict" });
    expect(await kinds()).toEqual([]);
    const { rows } = await pool.query("select actor, detail from audit_log where action = 'discrepancy.closed'");
    expect(rows).toEqual([expect.objectContaining({ actor: "owner@example.com" })]);
    await expect(
      pool.query("update discrepancies set closed_at = null, closed_by = null, closed_reason = null where id = $1", [
        closing.id,
      ]),
    ).rejects.toThrow("closed");
  });

  test("late payments, and payments we have not heard of", async () => {
    const late = await world.order(7, { pay: null });
    await world.payments.closeOrder(late.id);
    await world.control("pay", { outTradeNo: late.outTradeNo, outcome: "success", force: true });
    const unheard = (await world.reconciliation.run(day)).discrepancies;
    expect(unheard).toMatchObject([
      { kind: "status_differs", tradeNumber: late.outTradeNo, ours: "closed", theirs: "SUCCESS" },
    ]);
  });
});

const TRUTH = {
  omit: [],
  wrongAmount: {},
  wrongRefundAmount: {},
  wrongFee: {},
  wrongStatus: {},
  duplicate: [],
  strange: [],
  otherMerchant: [],
  wrongSummary: {},
  noFeeMoves: false,
  extraMoves: [],
  wrongHash: false,
  stillCreating: false,
};
