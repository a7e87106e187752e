import { CODEPAY_CHECK_MS, CODEPAY_WAIT_MS } from "#lib/base/limits.ts";
import type { Secret } from "#lib/base/secret.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import type { Order } from "../domain/order.ts";
import { concludeAnswer } from "../paying/query-trade.ts";
import type { ChargeRefusal, Gateway } from "../ports/gateway.ts";

export interface Charge {
  readonly order: Order;
  readonly attempt: Attempt;
  readonly authCode: Secret<string>;
}

/**
 * Charges a committed attempt, once, and books what can be told for certain; everything else is left to whoever asks next.
 */
export async function chargeCode(deps: Deps, gateway: Gateway, { order, attempt, authCode }: Charge): Promise<void> {
  const { number, dueFen: amountFen } = attempt;
  const { description, goodsTag } = order;
  const answer = await gateway.chargeCode({ number, authCode, amountFen, description, goodsTag });
  if (answer.kind === "unknown") {
    deps.log.warn("gateway.unknown", { attemptId: attempt.id, cause: answer.cause });
    return;
  }
  if (answer.kind === "refused") {
    deps.log.warn("payment.refused", { attemptId: attempt.id, reason: answer.reason, detail: answer.detail });
    return concludeRefusal(deps, gateway, { attempt, reason: answer.reason });
  }
  if ((await concludeAnswer(deps, { attempt, gateway }, answer.value)) === "open") await noteWaiting(deps, attempt);
}

/** The shopper types the password; meanwhile the shop's call asks by itself. */
async function noteWaiting(deps: Deps, { id }: Attempt): Promise<void> {
  const now = deps.clock.now();
  const checkAt = addMs(now, CODEPAY_WAIT_MS + CODEPAY_CHECK_MS);
  await deps.store.transaction((tx) =>
    tx.moveAttempt({ attemptId: id, from: ["opening"], to: "waiting", checkAt, now }),
  );
}

const KNOWN_TO_WECHAT: ReadonlySet<ChargeRefusal> = new Set<ChargeRefusal>(["already_paid", "closed", "number_used"]);

interface Refused {
  readonly attempt: Attempt;
  readonly reason: ChargeRefusal;
}

/** A refusal may be a repeat's, or nobody's: there is no notice of code payments, so what WeChat knows of the trade decides. */
async function concludeRefusal(deps: Deps, gateway: Gateway, { attempt, reason }: Refused): Promise<void> {
  if (reason === "account_trouble") return fail(deps, attempt, reason);
  const found = await gateway.findTrade(attempt.number);
  if (found.kind === "unknown") {
    deps.log.warn("gateway.unknown", { attemptId: attempt.id, cause: found.cause });
    return;
  }
  // Two words that contradict each other: the sweep finds out.
  if (found.kind === "refused" && KNOWN_TO_WECHAT.has(reason)) return;
  if (found.kind === "refused" || found.value.state === "closed") return fail(deps, attempt, reason);
  if ((await concludeAnswer(deps, { attempt, gateway }, found.value)) === "open") await noteWaiting(deps, attempt);
}

async function fail(deps: Deps, { id }: Attempt, reason: string): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transaction((tx) =>
    tx.moveAttempt({ attemptId: id, from: ["opening"], to: "failed", reason, checkAt: null, now }),
  );
}
