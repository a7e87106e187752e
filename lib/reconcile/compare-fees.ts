import { addFen, type Fen, ZERO_FEN } from "#lib/base/fen.ts";
import { FEE_UNITS_PER_FEN, type FeeUnits, feeOfFen, feeText, fenOfFee } from "./bill-amounts.ts";
import { type Discrepancy, discrepancy } from "./discrepancy.ts";
import type { BillRow } from "./read-bill.ts";
import type { FeeMove } from "./read-fund-flow.ts";

/** A trade's fees on the trade bill, its refunds' included, and what the account shows of them. */
interface TradeFees {
  readonly tradeNumber: string;
  readonly isOurs: boolean;
  units: FeeUnits;
  /** The same, row by row to the fen, as WeChat takes them. */
  billFen: Fen;
  rows: number;
  /** All its rows are so near the day's end that the account may show them on the next day. */
  isAtDayEnd: boolean;
  flowFen: Fen;
  isInFlow: boolean;
}

interface ComparedFees {
  /** What is to be booked. */
  readonly feesFen: Fen;
  readonly discrepancies: readonly Discrepancy[];
}

export interface FeeComparison {
  /** @param isOurs false: another merchant number or an app of another system; their fees are not ours */
  add(row: BillRow, isOurs: boolean): void;
  /** @param moves the account's fee movements; null where the account may not see them, then the trade bill stands alone */
  compare(moves: readonly FeeMove[] | null): ComparedFees;
}

/** Each row of the account is rounded to the fen by itself. */
const ROUNDING_UNITS_MAX = FEE_UNITS_PER_FEN / 2;

/**
 * Fees stand in two places: on the trade bill to 1/100000 yuan, in the fund flow as they were taken. Neither overrules the other:
 * within rounding the fund flow's fen are booked, beyond it the trade bill's are, and the difference is shown to a person.
 */
export function createFeeComparison(): FeeComparison {
  const trades = new Map<string, TradeFees>();
  const tradeOfRefund = new Map<string, string>();
  return {
    add(row, isOurs) {
      const known = trades.get(row.transactionId);
      if (row.refund !== null) tradeOfRefund.set(row.refund.refundId, row.transactionId);
      if (known !== undefined) {
        known.units += row.fee;
        known.billFen = addFen(known.billFen, fenOfFee(row.fee));
        known.rows++;
        known.isAtDayEnd &&= isAtDayEnd(row.time);
        return;
      }
      const { tradeNumber, fee: units, time } = row;
      const flow = { flowFen: ZERO_FEN, isInFlow: false };
      trades.set(row.transactionId, {
        tradeNumber,
        isOurs,
        units,
        billFen: fenOfFee(units),
        rows: 1,
        isAtDayEnd: isAtDayEnd(time),
        ...flow,
      });
    },
    compare(moves) {
      const ours = [...trades.entries()].filter(([, { isOurs }]) => isOurs);
      const billUnits = ours.reduce((sum, [, { units }]) => sum + units, 0);
      const billFen = ours.reduce((sum, [, trade]) => addFen(sum, trade.billFen), ZERO_FEN);
      if (moves === null) return { feesFen: billFen, discrepancies: [] };
      const loose = attribute(moves, (number) => trades.get(tradeOfRefund.get(number) ?? number));
      if (loose.moves > 0) return compareSums([...trades.values()], loose.amountFen, billFen);
      const compared = ours.filter(([, trade]) => trade.isInFlow || !trade.isAtDayEnd);
      const differing = compared.filter(([, trade]) => isApart(trade.units, trade.flowFen, trade.rows));
      const flowFen = ours.reduce((sum, [, trade]) => addFen(sum, takenFen(trade)), ZERO_FEN);
      if (differing.length === 0) return { feesFen: flowFen, discrepancies: [] };
      const [[transactionId, { tradeNumber }] = ["", { tradeNumber: "" }]] = differing;
      // One trade is named; of many their sums tell more.
      const about = differing.length === 1 ? { transactionId, tradeNumber } : {};
      return { feesFen: billFen, discrepancies: [feesDiffer(billUnits, flowFen, about)] };
    },
  };
}

/** @returns the movements that name no trade of the bill */
function attribute(
  moves: readonly FeeMove[],
  tradeOf: (number: string) => TradeFees | undefined,
): { moves: number; amountFen: Fen } {
  const loose = { moves: 0, amountFen: ZERO_FEN };
  for (const { number, amountFen, time } of moves) {
    const trade = tradeOf(number);
    if (trade !== undefined) {
      trade.flowFen = addFen(trade.flowFen, amountFen);
      trade.isInFlow = true;
    } else if (!isAtDayStart(time)) {
      loose.moves++;
      loose.amountFen = addFen(loose.amountFen, amountFen);
    }
  }
  return loose;
}

/** Fees that the account takes in one sum belong to all apps of the merchant number, so only the whole can be compared. */
function compareSums(trades: readonly TradeFees[], looseFen: Fen, billFen: Fen): ComparedFees {
  const units = trades.reduce((sum, trade) => sum + trade.units, 0);
  const flowFen = trades.reduce((sum, trade) => addFen(sum, trade.flowFen), looseFen);
  const rows = trades.reduce((sum, trade) => sum + trade.rows, 0);
  if (!isApart(units, flowFen, rows)) {
    return { feesFen: trades.every(({ isOurs }) => isOurs) ? flowFen : billFen, discrepancies: [] };
  }
  return { feesFen: billFen, discrepancies: [feesDiffer(units, flowFen, {})] };
}

const isApart = (units: FeeUnits, flowFen: Fen, rows: number): boolean =>
  Math.abs(units - feeOfFen(flowFen)) > rows * ROUNDING_UNITS_MAX;

const takenFen = ({ isInFlow, isAtDayEnd, flowFen, billFen }: TradeFees): Fen =>
  isInFlow || !isAtDayEnd ? flowFen : billFen;

// The account's moment of a payment and the bill's are not the same one: `2026-07-01 23:59:59` may be taken a minute later.
const isAtDayEnd = (time: string): boolean => time.slice(11) >= "23:58:00";
const isAtDayStart = (time: string): boolean => time.length > 11 && time.slice(11) < "00:02:00";

const feesDiffer = (
  billUnits: FeeUnits,
  flowFen: Fen,
  about: { readonly transactionId?: string; readonly tradeNumber?: string },
): Discrepancy =>
  discrepancy("fees_disagree", {
    ...about,
    ours: feeText(billUnits).replace(/0{1,3}$/, ""),
    theirs: feeText(feeOfFen(flowFen)).replace(/0{1,3}$/, ""),
  });
