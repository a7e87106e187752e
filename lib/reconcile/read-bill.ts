import type { Fen } from "#lib/base/fen.ts";
import { billCount, billFen, type FeeUnits, feeUnits } from "./bill-amounts.ts";
import { createTableReader, type TableForm, type TablePart, type TableRow } from "./read-table.ts";

/** A row of the trade bill in our words. Refunds and reversals are rows of their own. */
export interface BillRow {
  /** From 1, of the file. */
  readonly line: number;
  readonly kind: "payment" | "refund" | "reversal";
  readonly merchantNumber: string;
  /** Null where the layout does not tell. */
  readonly appId: string | null;
  /** `2026-07-01 12:00:00`, of Beijing; of a refund when it was asked for. */
  readonly time: string;
  readonly transactionId: string;
  readonly tradeNumber: string;
  /** WeChat's word for it: `SUCCESS`, `REFUND`, `REVOKED`. */
  readonly state: string;
  /** The order's total; zero in a refund's row. */
  readonly totalFen: Fen;
  /** What of it the merchant gets: less than the total by coupons that were not funded beforehand. Null: not stated. */
  readonly settledFen: Fen | null;
  /** What WeChat's vouchers took off for the payer. Null: not stated. */
  readonly voucherFen: Fen | null;
  readonly refund: BillRefund | null;
  readonly fee: FeeUnits;
  /** `0.60%`. */
  readonly rate: string;
}

interface BillRefund {
  readonly refundId: string;
  readonly number: string;
  /** What was asked for; where the layout does not tell (`isExact` false), what was settled of it. */
  readonly amountFen: Fen;
  readonly isExact: boolean;
  readonly settledFen: Fen;
  readonly status: string;
}

/** A sum that the bill states and that its rows do not give. */
export interface WrongSum {
  readonly column: string;
  readonly rows: string;
  readonly stated: string;
}

export type BillPart =
  | { readonly kind: "row"; readonly row: BillRow }
  | { readonly kind: "unreadable"; readonly line: number };

export interface BillReader {
  /** @throws BillProblem when it is no trade bill */
  push(text: string): BillPart[];
  end(): BillPart[];
  /** What does not add up; to be asked after the end. */
  wrongSums(): WrongSum[];
}

const FORM: TableForm = {
  summary: "总交易单数",
  required: ["商户号", "微信订单号", "商户订单号", "交易状态", "手续费"],
  free: ["商品名称", "商户数据包"],
};

/** Summary column → the row column that it sums up. Today's names and those of old merchants. */
const SUMMED: readonly (readonly [string, string])[] = [
  ["应结订单总金额", "应结订单金额"],
  ["订单总金额", "订单金额"],
  ["退款总金额", "退款金额"],
  ["充值券退款总金额", "充值券退款金额"],
  ["申请退款总金额", "申请退款金额"],
  ["手续费总金额", "手续费"],
  ["总交易额", "总金额"],
  ["总退款金额", "退款金额"],
  ["总企业红包退款金额", "企业红包退款金额"],
];

/** Reads the trade bill in any of its layouts (ALL, SUCCESS, REFUND, that of old merchants), by the names of its columns. */
export function createBillReader(): BillReader {
  const table = createTableReader(FORM);
  const sums = createSums(SUMMED.map(([, column]) => column));
  let stated: ReadonlyMap<string, string> | null = null;
  const read = (parts: readonly TablePart[]): BillPart[] =>
    parts.flatMap((part): BillPart[] => {
      if (part.kind === "summary") {
        stated = part.sums;
        return [];
      }
      if (part.kind === "unreadable") return [part];
      sums.add(part.row);
      const row = billRow(part.row);
      return [row === null ? { kind: "unreadable", line: part.row.line } : { kind: "row", row }];
    });
  return {
    push: (text) => read(table.push(text)),
    end: () => read(table.end()),
    wrongSums: () => sums.compare(stated, { count: "总交易单数", summed: SUMMED }),
  };
}

interface Sums {
  add(row: TableRow): void;
  compare(
    stated: ReadonlyMap<string, string> | null,
    columns: { count: string; summed: readonly (readonly [string, string])[] },
  ): WrongSum[];
}

/** Adds up columns as exactly as the finest of them is written. */
function createSums(columns: readonly string[]): Sums {
  const names = [...new Set(columns)];
  const totals = new Map<string, bigint>(names.map((column) => [column, 0n]));
  let rows = 0;
  return {
    add(row) {
      rows++;
      for (const column of names) {
        const units = feeUnits(row.cell(column) ?? "0");
        if (units !== null && units !== 0) totals.set(column, (totals.get(column) ?? 0n) + BigInt(units));
      }
    },
    compare(stated, { count, summed }) {
      if (stated === null) return [{ column: count, rows: String(rows), stated: "–" }];
      const wrong = summed.flatMap(([column, source]): WrongSum[] => {
        const text = stated.get(column);
        const total = totals.get(source) ?? 0n;
        if (text === undefined || isSame(total, text)) return [];
        return [{ column, rows: unitsText(total), stated: text }];
      });
      const text = stated.get(count) ?? "";
      return billCount(text) === rows ? wrong : [{ column: count, rows: String(rows), stated: text }, ...wrong];
    },
  };
}

/** A sum that is stated to the fen is compared to the fen. */
function isSame(total: bigint, text: string): boolean {
  const units = feeUnits(text);
  if (units === null) return false;
  const apart = total - BigInt(units);
  const places = text.split(".")[1]?.length ?? 0;
  return places >= 5 ? apart === 0n : apart > -1_000n && apart < 1_000n;
}

function unitsText(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(6, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -5)}.${digits.slice(-5)}`.replace(/000$/, "");
}

const NUMBER = /^[\x21-\x7e]{1,64}$/;
const isAbsent = (text: string | undefined): boolean => text === undefined || text === "" || text === "0";

/** @returns null when anything that is compared cannot be read */
function billRow(row: TableRow): BillRow | null {
  const text = (column: string): string => row.cell(column) ?? "";
  const totalFen = billFen(row.cell("订单金额") ?? row.cell("总金额") ?? row.cell("应结订单金额") ?? "");
  const settled = row.cell("应结订单金额");
  const settledFen = settled === undefined ? null : billFen(settled);
  const vouchers = row.cell("代金券金额");
  const voucherFen = vouchers === undefined ? null : billFen(vouchers);
  const fee = feeUnits(text("手续费"));
  const numbers = {
    transactionId: text("微信订单号"),
    tradeNumber: text("商户订单号"),
    merchantNumber: text("商户号"),
  };
  if (totalFen === null || fee === null || (settled !== undefined && settledFen === null)) return null;
  if (!Object.values(numbers).every((number) => NUMBER.test(number))) return null;
  const state = text("交易状态");
  const appId = isAbsent(row.cell("公众账号ID")) ? null : text("公众账号ID");
  const common = {
    line: row.line,
    ...numbers,
    appId,
    time: text("交易时间"),
    state,
    totalFen,
    settledFen,
    voucherFen,
    fee,
    rate: text("费率"),
  };
  if (isAbsent(row.cell("微信退款单号")) && isAbsent(row.cell("商户退款单号"))) {
    // Money that went back under no number is no payment.
    const isRefunded = ["退款金额", "申请退款金额"].some((column) => billFen(row.cell(column) ?? "0") !== 0);
    return isRefunded ? null : { ...common, kind: "payment", refund: null };
  }
  const refund = billRefund(row);
  if (refund === null) return null;
  return { ...common, kind: state === "REVOKED" ? "reversal" : "refund", refund };
}

function billRefund(row: TableRow): BillRefund | null {
  const settledFen = billFen(row.cell("退款金额") ?? "");
  const asked = row.cell("申请退款金额");
  const askedFen = asked === undefined ? settledFen : billFen(asked);
  const refundId = row.cell("微信退款单号") ?? "";
  const number = row.cell("商户退款单号") ?? "";
  if (settledFen === null || askedFen === null || !NUMBER.test(refundId) || !NUMBER.test(number)) return null;
  const status = row.cell("退款状态") ?? "";
  return { refundId, number, amountFen: askedFen, isExact: asked !== undefined, settledFen, status };
}
