import { ABNORMAL_REFUND_WAIT_MS } from "#lib/base/limits.ts";
import type { Secret } from "#lib/base/secret.ts";
import type { RefundStatus } from "./refund.ts";

/** Banks whose debit cards WeChat pays abnormal refunds to, by its names. Source: 发起异常退款, bank_type. */
export const ABNORMAL_REFUND_BANKS = [
  ...["ICBC_DEBIT", "ABC_DEBIT", "BOC_DEBIT", "CCB_DEBIT", "COMM_DEBIT", "PSBC_DEBIT", "CMB_DEBIT", "PAB_DEBIT"],
  ...["SPDB_DEBIT", "CITIC_DEBIT", "CEB_DEBIT", "CMBC_DEBIT", "CIB_DEBIT", "GDB_DEBIT", "NBCB_DEBIT"],
] as const;
type AbnormalRefundBank = (typeof ABNORMAL_REFUND_BANKS)[number];

/** Where money goes that could not go back the way it came. */
export type AbnormalDestination =
  | {
      readonly way: "payer_card";
      readonly bank: AbnormalRefundBank;
      readonly cardNumber: Secret<string>;
      readonly name: Secret<string>;
    }
  /** To the shop's own account; the shopper is paid by other means. */
  | { readonly way: "merchant_account" };

/** What was asked of WeChat; nothing in it is secret. */
export interface AbnormalApplication {
  readonly refundId: string;
  readonly way: AbnormalDestination["way"];
  readonly bank: AbnormalRefundBank | null;
  readonly cardEnd: string | null;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly status: "sent" | "accepted" | "refused" | "failed";
  readonly acceptedAt: Date | null;
  readonly endedAt: Date | null;
  /** WeChat's refusal, `not_taken` or `abnormal_again`. */
  readonly failure: string | null;
  readonly failureDetail: string | null;
}

export function applyFor(
  refundId: string,
  destination: AbnormalDestination,
  { by: askedBy, at: askedAt }: { readonly by: string; readonly at: Date },
): AbnormalApplication {
  const card =
    destination.way === "payer_card"
      ? { bank: destination.bank, cardEnd: destination.cardNumber.reveal().slice(-4) }
      : { bank: null, cardEnd: null };
  const fresh = { status: "sent", acceptedAt: null, endedAt: null, failure: null, failureDetail: null } as const;
  return { refundId, way: destination.way, ...card, askedBy, askedAt, ...fresh };
}

export const isOpen = ({ status }: Pick<AbnormalApplication, "status">): boolean =>
  status === "sent" || status === "accepted";

/**
 * An open application by how its refund stands at WeChat. A refund that is abnormal still, or again, ends it: but not before WeChat
 * has had its time, since an application may be on its way.
 * @returns null where nothing changes
 */
export function applicationAfter(
  application: AbnormalApplication,
  reported: RefundStatus,
  now: Date,
): AbnormalApplication | null {
  if (!isOpen(application)) return null;
  const { status, acceptedAt, askedAt } = application;
  if (reported !== "abnormal")
    return status === "sent" ? { ...application, status: "accepted", acceptedAt: now } : null;
  if (now.getTime() - (acceptedAt ?? askedAt).getTime() < ABNORMAL_REFUND_WAIT_MS) return null;
  const failure = status === "sent" ? "not_taken" : "abnormal_again";
  return { ...application, status: "failed", endedAt: now, failure };
}
