import { addFen, type Fen, fen, ZERO_FEN } from "#lib/base/fen.ts";
import { billCount, billFen } from "./bill-amounts.ts";
import type { WrongSum } from "./read-bill.ts";
import { createTableReader, type TableForm, type TablePart, type TableRow } from "./read-table.ts";

const FORM: TableForm = {
  summary: "资金流水总笔数",
  required: ["微信支付业务单号", "业务类型", "收支类型", "收支金额(元)"],
  free: ["备注"],
};

/** A fee that the account paid for a trade; below zero where it was given back. */
export interface FeeMove {
  /** WeChat's number of the payment or the refund. */
  readonly number: string;
  readonly amountFen: Fen;
  /** `2026-07-01 12:00:00`, of Beijing. */
  readonly time: string;
}

/** What a day's fund flow comes to. */
interface FundFlow {
  readonly feeMoves: readonly FeeMove[];
  readonly unreadableLines: readonly number[];
  readonly wrongSums: readonly WrongSum[];
}

export interface FundFlowReader {
  /** @throws BillProblem when it is no fund-flow bill */
  push(text: string): void;
  end(): FundFlow;
}

interface Side {
  moves: number;
  amountFen: Fen;
}

/** Fees of something else: what a withdrawal or a transfer cost is in no trade bill. */
const OTHER_FEES = /提现|付款|转账|充值|红包|代发/;

function isTradeFee({ cell }: TableRow): boolean {
  const kind = `${cell("业务名称") ?? ""} ${cell("业务类型") ?? ""}`;
  return kind.includes("手续费") && !OTHER_FEES.test(kind);
}

/** Reads the bill of the account's movements; fees and sums are kept. */
export function createFundFlowReader(): FundFlowReader {
  const table = createTableReader(FORM);
  const income: Side = { moves: 0, amountFen: ZERO_FEN };
  const outgo: Side = { moves: 0, amountFen: ZERO_FEN };
  const unreadable: number[] = [];
  const feeMoves: FeeMove[] = [];
  let stated: ReadonlyMap<string, string> | null = null;
  function read(part: TablePart): void {
    if (part.kind === "summary") stated = part.sums;
    if (part.kind === "unreadable") unreadable.push(part.line);
    if (part.kind !== "row") return;
    const amountFen = billFen(part.row.cell("收支金额(元)") ?? "");
    const direction = part.row.cell("收支类型");
    const side = direction === "收入" ? income : direction === "支出" ? outgo : null;
    if (amountFen === null || side === null) return void unreadable.push(part.row.line);
    side.moves++;
    side.amountFen = addFen(side.amountFen, amountFen);
    if (!isTradeFee(part.row) || amountFen === 0) return;
    const number = part.row.cell("微信支付业务单号") ?? "";
    const time = part.row.cell("记账时间") ?? "";
    feeMoves.push({ number, amountFen: side === outgo ? amountFen : fen(-amountFen), time });
  }
  return {
    push: (text) => table.push(text).forEach(read),
    end() {
      table.end().forEach(read);
      return { feeMoves, unreadableLines: unreadable, wrongSums: wrongSums(stated, { income, outgo }) };
    },
  };
}

function wrongSums(
  stated: ReadonlyMap<string, string> | null,
  { income, outgo }: Readonly<Record<"income" | "outgo", Side>>,
): WrongSum[] {
  if (stated === null) return [{ column: FORM.summary, rows: String(income.moves + outgo.moves), stated: "–" }];
  const expected: readonly (readonly [string, (text: string) => number | null, number])[] = [
    ["资金流水总笔数", billCount, income.moves + outgo.moves],
    ["收入笔数", billCount, income.moves],
    ["收入金额", billFen, income.amountFen],
    ["支出笔数", billCount, outgo.moves],
    ["支出金额", billFen, outgo.amountFen],
  ];
  return expected.flatMap(([column, read, sum]) => {
    const text = stated.get(column);
    if (text === undefined || read(text) === sum) return [];
    const shown = read === billFen ? `${Math.trunc(sum)} fen` : String(sum);
    return [{ column, rows: shown, stated: text }];
  });
}
