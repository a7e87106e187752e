import { AppError } from "#lib/base/app-error.ts";
import type { Fen } from "#lib/base/fen.ts";
import type { Deps } from "../deps.ts";
import type { TradeRefund, TradeState } from "../domain/trade.ts";
import { concludePayment } from "./conclude-payment.ts";
import { concludeRefund, lockRefund } from "./conclude-refund.ts";
import { bookForeignWord } from "./refund-notice.ts";

/** A trade as WeChat knows it, and whether an order of ours has it now. */
export interface TradeWord {
  readonly state: TradeState | "absent";
  readonly totalFen: Fen | null;
  readonly isOurs: boolean;
}

export interface RefundWord {
  readonly state: TradeRefund["status"] | "absent";
  readonly amountFen: Fen | null;
}

/** Whose keys ask, and for which number. */
export interface AskByNumber {
  readonly accountId: string;
  readonly number: string;
}

/**
 * Asks WeChat about a trade, whatever we believe of it, and books a payment that it vouches for like every other.
 * @throws AppError `gateway_unavailable` when there is no certain answer; then nothing was changed
 */
export async function askTrade(deps: Deps, { accountId, number }: AskByNumber): Promise<TradeWord> {
  const gateway = await deps.gateways.of(accountId);
  const answer = await gateway.findTrade(number);
  if (answer.kind === "unknown") throw uncertain(answer.cause);
  if (answer.kind === "refused") return { state: "absent", totalFen: null, isOurs: false };
  const { state, payment } = answer.value;
  if (payment === null) return { state, totalFen: null, isOurs: false };
  const now = deps.clock.now();
  const conclusion = await deps.store.transaction((tx) =>
    concludePayment(deps, tx, { trade: payment, accountId, now }),
  );
  deps.log.info("payment.found", { number, ...conclusion });
  return { state, totalFen: payment.totalFen, isOurs: conclusion.kind === "judged" };
}

/**
 * Asks WeChat about a refund, ours or one made in its console, and books what it says.
 * @throws AppError `gateway_unavailable` when there is no certain answer; then nothing was changed
 */
export async function askRefund(deps: Deps, { accountId, number }: AskByNumber): Promise<RefundWord> {
  const gateway = await deps.gateways.of(accountId);
  const answer = await gateway.findRefund(number);
  if (answer.kind === "unknown") throw uncertain(answer.cause);
  if (answer.kind === "refused") return { state: "absent", amountFen: null };
  const word = answer.value;
  await deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { number });
    if (found !== null) return concludeRefund(deps, tx, { ...found, word });
    await tx.refunds.insertForeign({ number, accountId, tradeNumber: word.tradeNumber, checks: 0 }, deps.clock.now());
    return bookForeignWord(deps, tx, word);
  });
  return { state: word.status, amountFen: word.amountFen };
}

const uncertain = (cause: string): AppError =>
  new AppError("gateway_unavailable", `WeChat Pay gave no certain answer: ${cause}`, { retryAfterS: 5 });
