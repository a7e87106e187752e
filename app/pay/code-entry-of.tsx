import type { ReactNode } from "react";
import { CodeEntry } from "#components/pay/code-entry.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import type { PresentedOffers } from "#lib/payment/index.ts";
import { codeAnswerText, codeEntryText, isCodeResult } from "#lib/texts/code-entry.ts";
import { fill } from "#lib/texts/words.ts";
import type { PageContext } from "./context.ts";
import type { PayPageRequest } from "./page-request.ts";
import { subRoute } from "./set-stage.tsx";

interface CodeEntryInput {
  readonly context: Pick<PageContext, "payments" | "now">;
  readonly pageRequest: PayPageRequest;
  readonly order: OrderView;
  /** Null where no offers were looked for: then nothing can be entered either. */
  readonly presented: PresentedOffers | null;
}

/** Where a code can be typed; null in a shop without any, and where nothing is taken off anyway. */
export async function codeEntryOf({ context, pageRequest, order, presented }: CodeEntryInput): Promise<ReactNode> {
  const inUse = order.discounts.flatMap(({ code }) => (code === undefined ? [] : [code]));
  if (presented === null || order.scene === "donation" || !(presented.takesCodes || inUse.length > 0)) return null;
  const { language } = pageRequest;
  const { open, label, use, working, failed, inUse: used } = codeEntryText(language);
  return (
    <CodeEntry
      url={subRoute(pageRequest, order, "code")}
      words={{ open, label, use, working, failed }}
      inUse={inUse.map((code) => fill(used, { code }))}
      answer={await answerOf({ context, pageRequest })}
    />
  );
}

async function answerOf({ context, pageRequest }: Pick<CodeEntryInput, "context" | "pageRequest">) {
  const { codeAnswer, language } = pageRequest;
  if (codeAnswer === undefined || !isCodeResult(codeAnswer.said)) return null;
  const result = codeAnswer.said;
  const rule = await ruleOf(context, codeAnswer.of);
  const now = new Date(context.now());
  return { text: codeAnswerText({ result, rule, now }, language), isGood: result === "applied" };
}

/** What the promotion asks for; of those that need a code only, for its id stands in the address. */
async function ruleOf({ payments }: CodeEntryInput["context"], id: string | undefined): Promise<Promotion | null> {
  if (id === undefined) return null;
  try {
    const { rule } = await payments.promotions.find(id);
    return rule.code !== undefined || rule.needsCode === true ? rule : null;
  } catch (cause) {
    if (isAppError(cause)) return null;
    throw cause;
  }
}
