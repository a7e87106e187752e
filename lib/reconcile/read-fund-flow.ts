import { addFen, type Fen, subtractFen, ZERO_FEN } from "#lib/base/fen.ts";
import { billCount, billFen } from "./bill-amounts.ts";
import type { WrongSum } from "./read-bill.ts";
import { createTableReader, type TableForm, type TablePart } from "./read-table.ts";

const FORM: TableForm = {
  summary: "资金流水总笔数",
  required: ["微信支付业务单号", "业务类型", "收支类型", "收支金额(元)"],
  free: ["备注"],
};

/** What a day's fund flow comes to. */
export interface FundFlow {
  /** Fees that WeChat took, less those it gave back; to the fen, as they were settled. */
  readonly feesFen: Fen;
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

/** Reads the bill of the account's movements; only sums are kept. */
export function createFundFlowReader(): FundFlowReader {
  const table = createTableReader(FORM);
  const income: Side = { moves: 0, amountFen: ZERO_FEN };
  const outgo: Side = { moves: 0, amountFen: ZERO_FEN };
  const unreadable: number[] = [];
  let feesFen = ZERO_FEN;
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
    if (!(part.row.cell("业务类型") ?? "").includes("手续费")) return;
    feesFen = side === outgo ? addFen(feesFen, amountFen) : subtractFen(feesFen, amountFen);
  }
  return {
    push: (text) => table.push(text).forEach(read),
    end() {
      table.end().forEach(read);
      return { feesFen, unreadableLines: unreadable, wrongSums: wrongSums(stated, { income, outgo }) };
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
