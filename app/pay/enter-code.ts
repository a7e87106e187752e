import { isAppError } from "#lib/base/app-error.ts";
import { PROMOTION_CODE_CHARS_MAX } from "#lib/base/limits.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import type { CodeAnswer } from "#lib/payment/index.ts";
import type { CodeResult } from "#lib/texts/code-entry.ts";
import type { PageContext } from "./context.ts";

export interface EnteredCode {
  readonly result: CodeResult;
  /** Of a good code: what its promotion asks for. */
  readonly rule: Promotion | null;
}

/** Tries a promotion code on an order, however it got here: typed by the shopper, or by a printed sign. */
export async function enterCode(
  { payments, countCodeTry }: Pick<PageContext, "payments" | "countCodeTry">,
  { headers }: Pick<Request, "headers">,
  entry: { readonly orderId: string; readonly code: string },
): Promise<EnteredCode> {
  try {
    await countCodeTry(headers, entry.orderId);
    return enteredOf(await payments.enterCode({ ...entry, code: readableCode(entry.code) }));
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    const result = cause.code === "rate_limited" ? "tooMany" : cause.code === "conflict" ? "busy" : "failed";
    return { result, rule: null };
  }
}

const readableCode = (typed: string): string => [...typed].slice(0, PROMOTION_CODE_CHARS_MAX + 1).join("");

function enteredOf(answer: CodeAnswer): EnteredCode {
  if (answer.kind !== "refused") return { result: answer.kind, rule: null };
  return { result: answer.isUnknownShopper ? "unknownShopper" : answer.reason, rule: answer.rule };
}
