import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { createFeeComparison } from "./compare-fees.ts";
import type { BillRow } from "./read-bill.ts";
import type { FeeMove } from "./read-fund-flow.ts";

// Goal: the trade bill's fees and the account's are compared trade by trade; rounding and midnight are no difference, and nothing
// of other systems' fees is ours.

const NOON = "2026-07-01 12:00:00";
const row = (id: string, fee: number, change: Partial<BillRow> = {}): BillRow => ({
  ...{
    line: 2,
    kind: "payment",
    merchantNumber: "M",
    appId: "wx1",
    time: NOON,
    transactionId: id,
    tradeNumber: `N${id}`,
  },
  ...{
    state: "SUCCESS",
    totalFen: fen(1000),
    settledFen: fen(1000),
    voucherFen: null,
    refund: null,
    fee,
    rate: "0.60%",
  },
  ...change,
});
const refund = (id: string, refundId: string, fee: number): BillRow => {
  const settledFen = fen(100);
  const back = {
    refundId,
    number: `R${refundId}`,
    amountFen: settledFen,
    isExact: true,
    settledFen,
    status: "SUCCESS",
  };
  return row(id, fee, { kind: "refund", refund: back });
};
const move = (number: string, amountFen: number, time = NOON): FeeMove => ({ number, amountFen: fen(amountFen), time });

function compare(rows: readonly (BillRow | { readonly other: BillRow })[], moves: readonly FeeMove[] | null) {
  const comparison = createFeeComparison();
  for (const each of rows) comparison.add("other" in each ? each.other : each, !("other" in each));
  const { feesFen, discrepancies } = comparison.compare(moves);
  return [feesFen, ...discrepancies.map(({ kind, tradeNumber, ours, theirs }) => [kind, tradeNumber, ours, theirs])];
}

test.each<[string, unknown[], unknown[]]>([
  ["without a fund flow the trade bill is rounded row by row", compare([row("1", 6400), row("2", 6400)], null), [12]],
  [
    "within rounding the account's fen count",
    compare([row("1", 6400), row("2", 6400)], [move("1", 6), move("2", 6)]),
    [12],
  ],
  ["half a fen is rounding", compare([row("1", 6500)], [move("1", 6)]), [6]],
  [
    "more than half a fen is none",
    compare([row("1", 6501)], [move("1", 6)]),
    [7, ["fees_disagree", "N1", "0.06501", "0.06"]],
  ],
  ["no fee movement at all", compare([row("1", 60_000)], []), [60, ["fees_disagree", "N1", "0.60", "0.00"]]],
  [
    "many fees below half a fen agree with nothing taken",
    compare(
      Array.from({ length: 20 }, (_, at) => row(`T${at}`, 400)),
      [],
    ),
    [0],
  ],
  [
    "one of two",
    compare([row("1", 6000), row("2", 6000)], [move("1", 6)]),
    [12, ["fees_disagree", "N2", "0.12", "0.06"]],
  ],
  [
    "two that make up for each other",
    compare([row("1", 6000), row("2", 6000)], [move("1", 12)]),
    [12, ["fees_disagree", null, "0.12", "0.12"]],
  ],
  [
    "a refund's fee, by its own number",
    compare([row("1", 6000), refund("1", "W1", -600)], [move("1", 6), move("W1", -1)]),
    [5],
  ],
  ["a refund's fee, by its payment's number", compare([refund("1", "W1", -1000)], [move("1", -1)]), [-1]],
  ["other systems' fees", compare([row("1", 6000), { other: row("2", 3300) }], [move("1", 6), move("2", 3)]), [6]],
  ["other systems' disagreement", compare([row("1", 6000), { other: row("2", 3300) }], [move("1", 6)]), [6]],
  ["the day's fees in one movement", compare([row("1", 6000), row("2", 6000)], [move("SUM", 12)]), [12]],
  ["the same, with other systems' in it", compare([row("1", 6000), { other: row("2", 3300) }], [move("SUM", 9)]), [6]],
  [
    "another sum",
    compare([row("1", 6000), row("2", 6000)], [move("SUM", 14)]),
    [12, ["fees_disagree", null, "0.12", "0.14"]],
  ],
  ["just before midnight: taken on the next day", compare([row("1", 6000, { time: "2026-07-01 23:59:59" })], []), [6]],
  [
    "just after midnight: of the day before",
    compare([row("1", 6000)], [move("1", 6), move("0", 9, "2026-07-01 00:00:30")]),
    [6],
  ],
])("%s", (_, found, expected) => {
  expect(found).toEqual(expected);
});
