import type { AbnormalApplication } from "#lib/payment/index.ts";
import { fill } from "#lib/texts/words.ts";
import type { ApprovalsText } from "#lib/texts/zh-CN/approvals.ts";

/** Where an abnormal refund goes, in one of the sentences about that. */
export const applicationWords = (
  { way, bank, cardEnd }: Pick<AbnormalApplication, "way" | "bank" | "cardEnd">,
  sentences: { readonly card: string; readonly merchant: string },
  { banks }: Pick<ApprovalsText["abnormal"], "banks">,
): string =>
  way === "merchant_account"
    ? sentences.merchant
    : fill(sentences.card, { bank: bank === null ? "" : banks[bank], end: cardEnd ?? "" });
