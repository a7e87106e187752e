import { CHECK_RETRY_MS, CODEPAY_CHECK_MS, CODEPAY_WAIT_MS } from "#lib/base/limits.ts";
import type { Secret } from "#lib/base/secret.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, isLive, nextNumber, refuseWhileCharged, requireAttemptBudget } from "../domain/attempt.ts";
import { type Order, orderNotFound, requirePayable } from "../domain/order.ts";
import type { LockedOrder } from "../domain/order-file.ts";
import { concludeAnswer } from "../paying/query-trade.ts";
import type { ChargeRefusal, Gateway } from "../ports/gateway.ts";
import type { Tx } from "../ports/store.ts";
import { inPricingRounds, type PricingRound, repriceOrder } from "../pricing/reprice-order.ts";

export interface Charge {
  readonly order: Order;
  readonly attempt: Attempt;
  readonly authCode: Secret<string>;
}

/**
 * Charges a committed attempt, once, and books what is certain; everything else is left to the next query.
 */
export async function chargeCode(deps: Deps, gateway: Gateway, { order, attempt, authCode }: Charge): Promise<void> {
  const { number, dueFen: amountFen } = attempt;
  const { description, goodsTag } = order;
  const answer = await gateway.chargeCode({ number, authCode, amountFen, description, goodsTag });
  if (answer.kind === "unknown") {
    deps.log.warn("gateway.unknown", { orderId: attempt.orderId, attemptId: attempt.id, cause: answer.cause });
    return;
  }
  if (answer.kind === "refused") {
    deps.log.warn("payment.refused", {
      orderId: attempt.orderId,
      attemptId: attempt.id,
      reason: answer.reason,
      detail: answer.detail,
    });
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

const KNOWN_TO_PROVIDER: ReadonlySet<ChargeRefusal> = new Set<ChargeRefusal>(["already_paid", "closed", "number_used"]);

interface Refused {
  readonly attempt: Attempt;
  readonly reason: ChargeRefusal;
}

/** A refusal may answer a repeat. There is no notice of code payments, so what WeChat knows of the trade decides. */
async function concludeRefusal(deps: Deps, gateway: Gateway, { attempt, reason }: Refused): Promise<void> {
  if (reason === "account_trouble") return fail(deps, attempt, reason);
  const found = await gateway.findTrade(attempt.number);
  if (found.kind === "unknown") {
    deps.log.warn("gateway.unknown", { orderId: attempt.orderId, attemptId: attempt.id, cause: found.cause });
    return;
  }
  // The two answers contradict each other: the sweep queries again.
  if (found.kind === "refused" && KNOWN_TO_PROVIDER.has(reason)) return;
  if (found.kind === "refused" || found.value.state === "closed") return fail(deps, attempt, reason);
  if ((await concludeAnswer(deps, { attempt, gateway }, found.value)) === "open") await noteWaiting(deps, attempt);
}

async function fail(deps: Deps, { id }: Attempt, reason: string): Promise<void> {
  const now = deps.clock.now();
  await deps.store.transaction((tx) =>
    tx.moveAttempt({ attemptId: id, from: ["opening"], to: "failed", reason, checkAt: null, now }),
  );
}

export interface Charging {
  readonly orderId: string;
  /** Keyed hash of the code: the code itself is nowhere kept. */
  readonly codeRef: string;
}

/** What a charge found: its own new attempt, that of an earlier call with this code, or a trade that has to end first. */
export interface Intended {
  readonly kind: "to_charge" | "joined" | "ended" | "in_the_way";
  readonly order: Order;
  readonly attempt: Attempt;
}

/** Promotions may be for some channels only, so the price is looked at again. */
export const intendCharge = (deps: Deps, gateway: Gateway, charging: Charging): Promise<Intended> =>
  inPricingRounds(deps, { orderId: charging.orderId, ask: { channel: "codepay", offers: undefined } }, (round) =>
    intendOnce(deps, gateway, { charging, ...round }),
  );

interface ChargeRound extends PricingRound {
  readonly charging: Charging;
}

/**
 * Under the order's lock. A code that was tried before is never sent again: the call learns what became of it.
 * @returns null when promotions ran out meanwhile
 */
function intendOnce(deps: Deps, gateway: Gateway, { charging, ...pricing }: ChargeRound): Promise<Intended | null> {
  const { orderId, codeRef } = charging;
  return deps.store.transaction(async (tx): Promise<Intended | null> => {
    const locked = await tx.lockOrder(orderId);
    if (locked === null) throw orderNotFound();
    const { attempts } = locked;
    const before = attempts.findLast((one) => one.payerRef === codeRef);
    if (before !== undefined) {
      return { kind: isLive(before) ? "joined" : "ended", order: locked.order, attempt: before };
    }
    requirePayable(locked.order, deps.clock.now());
    refuseWhileCharged(attempts);
    requireAttemptBudget(attempts, deps.clock.now());
    const live = attempts.find(isLive);
    if (live !== undefined) return { kind: "in_the_way", order: locked.order, attempt: live };
    const price = await repriceOrder(deps, tx, { locked, ...pricing });
    if (price.kind === "again" || price.kind === "in_the_way") return null;
    const { order } = price;
    return { kind: "to_charge", order, attempt: await insert(deps, tx, { order, locked, gateway, codeRef }) };
  });
}

interface Drafting {
  /** At the price of this channel. */
  readonly order: Order;
  readonly locked: LockedOrder;
  readonly gateway: Gateway;
  readonly codeRef: string;
}

async function insert(deps: Deps, tx: Tx, { order, locked, gateway, codeRef }: Drafting): Promise<Attempt> {
  const now = deps.clock.now();
  const free = await nextNumber(order, locked.attempts, (number, orderId) => tx.isNumberTaken(number, orderId));
  const id = deps.ids.make("attempt");
  await tx.insertAttempt({
    ...{ id, orderId: order.id, ...free, accountId: gateway.accountId, channel: "codepay" },
    ...{ dueFen: order.dueFen, payerRef: codeRef, checkAt: addMs(now, CHECK_RETRY_MS), createdAt: now },
  });
  const after = await tx.lockOrder(order.id);
  const attempt = after?.attempts.find((one) => one.id === id);
  if (attempt === undefined) throw new Error("what was just written is not there");
  return attempt;
}
