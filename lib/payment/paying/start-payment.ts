import { AppError } from "#lib/base/app-error.ts";
import { CHECK_RETRY_MS, START_ROUNDS_MAX } from "#lib/base/limits.ts";
import { INNER_NETWORKS, isInside } from "#lib/base/networks.ts";
import { addMs } from "#lib/base/time.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import type { Deps } from "../deps.ts";
import {
  type Attempt,
  type AttemptWish,
  type FreeNumber,
  isFresh,
  liveAttempt,
  nextNumber,
  refuseWhileCharged,
  requireAttemptBudget,
  serves,
} from "../domain/attempt.ts";
import { isExpired, type Order, orderNotFound, requirePayable } from "../domain/order.ts";
import type { OrderSnapshot } from "../domain/order-file.ts";
import type { Gateway, NewTrade } from "../ports/gateway.ts";
import { asksForPrice, inPricingRounds, type PricingRound, repriceOrder } from "../pricing/reprice-order.ts";
import { endAttempt } from "./check-attempt.ts";
import { chooseGateway } from "./choose-gateway.ts";
import { handOut, openTrade } from "./open-trade.ts";

export interface StartPayment {
  readonly orderId: string;
  readonly channel: NewTrade["channel"];
  /** Required for jsapi and miniprogram. */
  readonly openid: string | null;
  /** The shopper's own address; required for h5. */
  readonly payerIp: string | null;
  /** Optional promotions the shopper wants, all of them; absent: as they were. */
  readonly offers?: readonly string[] | undefined;
  /** The order as it was read a moment ago: a trade that is open is handed out by it, without the order's lock. */
  readonly snapshot?: OrderSnapshot;
}

/** What a round found: the trade to hand out, one to be opened at WeChat, or one that stands in the way. */
interface FoundAttempt {
  readonly kind: "ready" | "to_open" | "in_the_way";
  readonly order: Order;
  readonly attempt: Attempt;
  /** The attempt was there before this call, so its number may have been sent to WeChat already. */
  readonly asked: boolean;
}

/**
 * Opens the order's trade for a channel, or hands out the one that is open. Intend, commit, call, conclude: a retry after
 * an unknown answer sends the same number, so there is never a second trade that can be paid.
 */
export async function startPayment(deps: Deps, wish: StartPayment): Promise<PayAnswer> {
  const gateway = await chooseGateway(deps, wish);
  requirePayer(wish);
  requirePublicPayer(deps, gateway, wish);
  const open = wish.snapshot === undefined ? null : readyAttempt(deps, gateway, { wish, snapshot: wish.snapshot });
  if (open !== null) return handOut(gateway, open);
  for (let round = 1; round <= START_ROUNDS_MAX; round++) {
    const found = await intend(deps, gateway, wish);
    if (found.kind === "ready") return handOut(gateway, found);
    if (found.kind === "in_the_way") {
      // Who closes a trade opens the next one, so that callers who disagree never end with none.
      if (round < START_ROUNDS_MAX) await endAttempt(deps, found.attempt);
    } else {
      const attempt = await openTrade(deps, gateway, { ...found, wish });
      if (attempt !== null) return handOut(gateway, { order: found.order, attempt });
    }
  }
  throw new AppError("gateway_unavailable", "the payment could not be opened yet; please try again", {
    retryAfterS: 2,
  });
}

function requirePayer({ channel, openid, payerIp }: StartPayment): void {
  const missing = (path: string) =>
    new AppError("invalid_request", `channel ${channel} needs ${path}`, {
      errors: [{ path, message: "is required for this channel" }],
    });
  if ((channel === "jsapi" || channel === "miniprogram") && openid === null) throw missing("openid");
  if (channel === "h5" && payerIp === null) throw missing("payerIp");
}

/** The reason of a conflict: the shopper's public address is not known, so only a code can be shown. */
export const PRIVATE_PAYER = "private_payer_address";

/** A proxy that is not trusted hides the shopper's address. A trade that WeChat would refuse is not opened. */
function requirePublicPayer({ log }: Deps, gateway: Gateway, { orderId, channel, payerIp }: StartPayment): void {
  if (channel !== "h5" || !gateway.wantsPublicPayer || payerIp === null || !isInside(payerIp, INNER_NETWORKS)) return;
  log.warn("payment.payer_address_private", { orderId, payerIp });
  throw new AppError(
    "conflict",
    "WeChat Pay opens an H5 payment for the shopper's public address only, and this call shows a private one: set TRUST_PROXY to the proxy in front (the doctor tells which). Channel native works meanwhile.",
    { reason: PRIVATE_PAYER, errors: [{ path: "channel", message: "h5 needs the shopper's public address" }] },
  );
}

/** The open trade that serves the wish as it is; null: under the order's lock it is decided what happens. */
function readyAttempt(
  deps: Deps,
  gateway: Gateway,
  { wish, snapshot }: { readonly wish: StartPayment; readonly snapshot: OrderSnapshot },
): Pick<FoundAttempt, "order" | "attempt"> | null {
  const { order, attempts } = snapshot;
  const now = deps.clock.now();
  const attempt = liveAttempt(attempts);
  if (attempt === undefined || order.status !== "pending" || isExpired(order, now)) return null;
  if (asksForPrice(snapshot, { channel: wish.channel, offers: wish.offers })) return null;
  return serves(attempt, attemptWish(deps, gateway, { wish, order })) && isFresh(attempt, now)
    ? { order, attempt }
    : null;
}

const attemptWish = (
  deps: Deps,
  gateway: Gateway,
  { wish, order }: { readonly wish: StartPayment; readonly order: Order },
): AttemptWish => ({
  channel: wish.channel,
  dueFen: order.dueFen,
  payerRef: payerRef(deps, wish),
  accountId: gateway.accountId,
});

/** Which attempt serves this wish. */
const intend = (deps: Deps, gateway: Gateway, wish: StartPayment): Promise<FoundAttempt> =>
  inPricingRounds(deps, { orderId: wish.orderId, ask: { channel: wish.channel, offers: wish.offers } }, (round) =>
    intendOnce(deps, gateway, { wish, ...round }),
  );

interface StartRound extends PricingRound {
  readonly wish: StartPayment;
}

/**
 * Under the order's lock: its price, where this wish asks for another one, and the attempt that serves it. A new one is
 * committed with its price before it is sent to WeChat.
 */
function intendOnce(deps: Deps, gateway: Gateway, { wish, ...pricing }: StartRound): Promise<FoundAttempt | null> {
  return deps.store.transaction(async (tx): Promise<FoundAttempt | null> => {
    const locked = await tx.lockOrder(wish.orderId);
    if (locked === null) throw orderNotFound();
    const { attempts } = locked;
    const now = deps.clock.now();
    requirePayable(locked.order, now);
    refuseWhileCharged(attempts);
    const live = liveAttempt(attempts);
    const price = await repriceOrder(deps, tx, { locked, ...pricing });
    if (price.kind === "again") return null;
    if (price.kind === "in_the_way") {
      requireAttemptBudget(attempts, now);
      return { ...price, order: locked.order, asked: true };
    }
    const { order } = price;
    const wanted = attemptWish(deps, gateway, { wish, order });
    if (live !== undefined && serves(live, wanted)) {
      return { kind: isFresh(live, now) ? "ready" : "to_open", order, attempt: live, asked: true };
    }
    // Before the open trade is closed for it: what can be paid stays payable.
    requireAttemptBudget(attempts, now);
    if (live !== undefined) return { kind: "in_the_way", order, attempt: live, asked: true };
    const free = await nextNumber(order, attempts, (number, orderId) => tx.isNumberTaken(number, orderId));
    const attempt = draftAttempt(deps, { order, free, wanted, now });
    await tx.insertAttempt({ ...attempt, checkAt: addMs(now, CHECK_RETRY_MS) });
    const { protocol, appId, merchantNumber } = gateway;
    return {
      kind: "to_open",
      order,
      attempt: { ...attempt, ...UNPAID, protocol, appId, merchantNumber },
      asked: false,
    };
  });
}

/** Native trades are anyone's; the others belong to whom they were opened for. */
function payerRef(deps: Deps, { channel, openid, payerIp }: StartPayment): string | null {
  if (channel === "native") return null;
  return deps.hashPayer(channel === "h5" ? `ip:${payerIp}` : `openid:${openid}`);
}

const UNPAID = {
  status: "opening",
  handover: null,
  handoverAt: null,
  transactionId: null,
  verdict: null,
  resolution: null,
  paidFen: 0 as Attempt["paidFen"],
  settledFen: 0 as Attempt["paidFen"],
  payerFen: null,
  vouchers: [],
  paidAt: null,
  refundHeldFen: 0 as Attempt["paidFen"],
  refundedFen: 0 as Attempt["paidFen"],
  failure: null,
  reverseSince: null,
} as const;

interface Draft {
  readonly order: Order;
  readonly free: FreeNumber;
  readonly wanted: AttemptWish;
  readonly now: Date;
}

const draftAttempt = ({ ids }: Deps, { order, free, wanted, now }: Draft) => ({
  id: ids.make("attempt"),
  orderId: order.id,
  ...free,
  ...wanted,
  createdAt: now,
});
