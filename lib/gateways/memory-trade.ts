import { randomUUID } from "node:crypto";
import type { Handover, NewCharge, NewTrade, PaidTrade, Trade } from "#lib/payment/index.ts";

export interface MemoryTrade {
  readonly asked: NewTrade | NewCharge;
  /** null: charged by a payment code. */
  readonly handover: Handover | null;
  state: Trade["state"];
  payment: PaidTrade | null;
}

export type MemoryStamp = Pick<PaidTrade, "appId" | "merchantNumber" | "paidAt">;

export function paymentOf(asked: MemoryTrade["asked"], stamp: MemoryStamp): PaidTrade {
  return {
    ...stamp,
    number: asked.number,
    transactionId: `4200${randomUUID().replaceAll("-", "").slice(0, 24)}`,
    currency: "CNY",
    totalFen: asked.amountFen,
    payerFen: asked.amountFen,
  };
}
