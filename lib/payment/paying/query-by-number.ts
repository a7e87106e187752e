import { AppError } from "#lib/base/app-error.ts";
import type { Fen } from "#lib/base/fen.ts";
import type { Deps } from "../deps.ts";
import type { TradeRefund, TradeState } from "../domain/trade.ts";
import { concludeRefund, lockRefund } from "../refunds/conclude-refund.ts";
import { bookReportedRefund } from "../refunds/refund-notice.ts";
import { type Conclusion, concludePayment } from "./conclude-payment.ts";

/** A trade as WeChat knows it, and whether an order of ours has it now. */
export interface ProviderAnswer {
  readonly state: TradeState | "absent";
  readonly totalFen: Fen | null;
  readonly isOurs: boolean;
}

export interface RefundAnswer {
  readonly state: TradeRefund["status"] | "absent";
  readonly amountFen: Fen | null;
}

/** The account that asks, and for which number. */
export interface AskByNumber {
  readonly accountId: string;
  readonly number: string;
}

/** What came of asking. `unknown`: no certain answer; `not_paid`: also one that is being taken back. */
export type TradeAnswer =
  | { readonly kind: "unknown"; readonly cause: string }
  | { readonly kind: "not_paid"; readonly state: TradeState | "absent" }
  | {
      readonly kind: "booked";
      readonly state: TradeState;
      readonly totalFen: Fen;
      readonly conclusion: Conclusion["kind"];
    };

/** Asks WeChat about a trade in any state of ours, and books a payment that it confirms like every other. */
export async function queryByNumber(deps: Deps, { accountId, number }: AskByNumber): Promise<TradeAnswer> {
  const gateway = await deps.gateways.of(accountId);
  const answer = await gateway.findTrade(number);
  if (answer.kind === "unknown") return answer;
  if (answer.kind === "refused") return { kind: "not_paid", state: "absent" };
  const { state, payment } = answer.value;
  if (payment === null) return { kind: "not_paid", state };
  const evidence = { kind: "query", accountIds: [gateway.accountId], protocol: gateway.protocol } as const;
  const now = deps.clock.now();
  const { kind: conclusion } = await deps.store.transaction((tx) =>
    concludePayment(deps, tx, { trade: payment, evidence, now, adopts: true }),
  );
  deps.log.info("payment.found", { number, conclusion });
  if (conclusion === "being_reversed") return { kind: "not_paid", state };
  return { kind: "booked", state, totalFen: payment.totalFen, conclusion };
}

/** The same. @throws AppError `gateway_unavailable` when there is no certain answer; then nothing was changed */
export async function queryTradeAt(deps: Deps, ask: AskByNumber): Promise<ProviderAnswer> {
  const answer = await queryByNumber(deps, ask);
  if (answer.kind === "unknown") throw uncertain(answer.cause);
  if (answer.kind === "not_paid") return { state: answer.state, totalFen: null, isOurs: false };
  return { state: answer.state, totalFen: answer.totalFen, isOurs: answer.conclusion === "judged" };
}

/**
 * Asks WeChat about a refund, ours or one made in its console, and books what it says.
 * @throws AppError `gateway_unavailable` when there is no certain answer; then nothing was changed
 */
export async function queryRefundAt(deps: Deps, { accountId, number }: AskByNumber): Promise<RefundAnswer> {
  const gateway = await deps.gateways.of(accountId);
  const answer = await gateway.findRefund(number);
  if (answer.kind === "unknown") throw uncertain(answer.cause);
  if (answer.kind === "refused") return { state: "absent", amountFen: null };
  const reported = answer.value;
  await deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { number });
    if (found !== null) return concludeRefund(deps, tx, { ...found, reported });
    await tx.refunds.insertForeign(
      { number, accountId, tradeNumber: reported.tradeNumber, checks: 0 },
      deps.clock.now(),
    );
    return bookReportedRefund(deps, tx, reported);
  });
  return { state: reported.status, amountFen: reported.amountFen };
}

const uncertain = (cause: string): AppError =>
  new AppError("gateway_unavailable", `WeChat Pay gave no certain answer: ${cause}`, { retryAfterS: 5 });
