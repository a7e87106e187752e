// Tills at work: shifts and their hand-overs.

export type {
  CountAndSum,
  HandOver,
  ShiftAccount,
  ShiftBillDay,
  ShiftFilter,
  ShiftHead,
  ShiftLine,
  ShiftOddPayment,
  ShiftReception,
  ShiftStore,
  ShiftSums,
} from "./ports.ts";
export { createShifts, type Shifts } from "./shifts.ts";
export { shiftsCsv } from "./shifts-csv.ts";
