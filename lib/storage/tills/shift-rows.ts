import type { ShiftHead } from "#lib/tills/index.ts";

// Rows as the driver gives them: sums of `bigint` come as texts.

export interface ShiftRow {
  id: string;
  number: number;
  storeCode: string;
  storeName: string;
  tillId: string;
  tillCode: string;
  tillName: string;
  since: Date | null;
  openedAt: Date;
  openedBy: string;
  closedAt: Date | null;
  closedBy: string | null;
  note: string | null;
  receivedBy: string | null;
  receivedAt: Date | null;
  receivedNote: string | null;
  paymentCount: number | string;
  paymentSum: string;
  otherCount: number | string;
  otherSum: string;
  refundCount: number | string;
  refundSum: string;
  openCount: number | string;
  openSum: string;
  refundingCount: number | string;
  refundingSum: string;
}

export const toShiftHead = (row: ShiftRow): ShiftHead => ({
  id: row.id,
  number: row.number,
  store: { code: row.storeCode, name: row.storeName },
  till: { id: row.tillId, code: row.tillCode, name: row.tillName },
  since: row.since,
  openedAt: row.openedAt,
  openedBy: row.openedBy,
  closedAt: row.closedAt,
  closedBy: row.closedBy,
  note: row.note,
  received:
    row.receivedBy === null || row.receivedAt === null
      ? null
      : { by: row.receivedBy, at: row.receivedAt, note: row.receivedNote },
  sums: {
    payments: { count: Number(row.paymentCount), sumFen: Number(row.paymentSum) },
    other: { count: Number(row.otherCount), sumFen: Number(row.otherSum) },
    refunds: { count: Number(row.refundCount), sumFen: Number(row.refundSum) },
    open: { count: Number(row.openCount), sumFen: Number(row.openSum) },
    refunding: { count: Number(row.refundingCount), sumFen: Number(row.refundingSum) },
  },
});
