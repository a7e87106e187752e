import { AppError } from "#lib/base/app-error.ts";
import { CHECK_RETRY_MS, START_ROUNDS_MAX } from "#lib/base/limits.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import { addMs } from "#lib/base/time.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import {
  type Attempt,
  attemptNumber,
  type Handover,
  isFresh,
  liveAttempt,
  nextCheckAt,
  serves,
  type Wish,
} from "../domain/attempt.ts";
import { isExpired, type Order } from "../domain/order.ts";
import type { Deps, Gateway, NewTrade, OpenRefusal } from "../ports.ts";
import { endAttempt } from "./check-attempt.ts";
import { orderNotFound } from "./read-orders.ts";

export interface StartPayment {
  readonly orderId: string;
  readonly channel: NewTrade["channel"];
  /** Required for jsapi and miniprogram. */
  readonly openid: string | null;
  /** The shopper's own address; required for h5. */
  readonly payerIp: string | null;
}

/** What a round found: the trade to hand out, one to be opened at WeChat, or one that stands in the way. */
interface Found {
  readonly kind: "ready" | "to_open" | "in_the_way";
  readonly order: Order;
  readonly attempt: Attempt;
}

/**
 * Opens the order's trade for a channel, or hands out the one that is open. Intend, commit, call, conclude: a retry after
 * an unknown answer sends the same number, so there is never a second trade that can be paid.
 */
export async function startPayment(deps: Deps, wish: StartPayment): Promise<PayAnswer> {
  const gateway = await deps.gateways.active();
  if (gateway === null)
    throw new AppError("gateway_unavailable", "WeChat Pay is not configured yet", { retryAfterS: 30 });
  requirePayer(wish);
  for (let round = 1; round <= START_ROUNDS_MAX; round++) {
    const found = await intend(deps, gateway, wish);
    if (found.kind === "ready") return answer(gateway, found);
    if (found.kind === "in_the_way") await endAttempt(deps, found.attempt);
    else {
      const opened = await openAtWeChat(deps, gateway, { ...found, wish });
      if (opened !== null) return answer(gateway, { order: found.order, attempt: opened });
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

/** Under the order's lock: which attempt serves this wish. A new one is committed before WeChat hears of it. */
function intend(deps: Deps, gateway: Gateway, wish: StartPayment): Promise<Found> {
  return deps.store.transaction(async (tx): Promise<Found> => {
    const locked = await tx.lockOrder(wish.orderId);
    if (locked === null) throw orderNotFound();
    const { order, attempts } = locked;
    const now = deps.clock.now();
    requirePayable(order, now);
    const live = liveAttempt(attempts);
    const asked = {
      channel: wish.channel,
      dueFen: order.dueFen,
      payerRef: payerRef(deps, wish),
      accountId: gateway.accountId,
    };
    if (live !== undefined) {
      if (!serves(live, asked)) return { kind: "in_the_way", order, attempt: live };
      return { kind: isFresh(live, now) ? "ready" : "to_open", order, attempt: live };
    }
    const attempt = draftAttempt(deps, { order, sequence: attempts.length + 1, asked, now });
    await tx.insertAttempt({ ...attempt, checkAt: addMs(now, CHECK_RETRY_MS) });
    const { appId, merchantNumber } = gateway;
    return { kind: "to_open", order, attempt: { ...attempt, ...UNPAID, appId, merchantNumber } };
  });
}

function requirePayable(order: Order, now: Date): void {
  if (order.status === "pending" && !isExpired(order, now)) return;
  const why = order.status === "paid" ? "it is paid" : "it is closed or its time is up";
  throw new AppError("order_not_payable", `the order cannot be paid: ${why}`);
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
  paidAt: null,
  refundHeldFen: 0 as Attempt["paidFen"],
  refundedFen: 0 as Attempt["paidFen"],
} as const;

interface Draft {
  readonly order: Order;
  readonly sequence: number;
  readonly asked: Wish;
  readonly now: Date;
}

const draftAttempt = ({ ids }: Deps, { order, sequence, asked, now }: Draft) => ({
  id: ids.make("attempt"),
  orderId: order.id,
  sequence,
  number: attemptNumber(order.outTradeNo, sequence),
  ...asked,
  createdAt: now,
});

interface Opening {
  readonly order: Order;
  readonly attempt: Attempt;
  readonly wish: StartPayment;
}

/** @returns the attempt with its handover; null when another round will find what became of it */
async function openAtWeChat(deps: Deps, gateway: Gateway, { order, attempt, wish }: Opening): Promise<Attempt | null> {
  const opened = await gateway.openTrade({
    number: attempt.number,
    channel: wish.channel,
    amountFen: attempt.dueFen,
    description: order.description,
    expiresAt: order.expiresAt,
    openid: wish.openid,
    payerIp: wish.payerIp,
  });
  if (opened.kind !== "done") return concludeRefusal(deps, attempt, opened);
  const now = deps.clock.now();
  // Whoever opens a payment is looking at it, so WeChat is asked soon.
  const checkAt = nextCheckAt({ seenAt: now }, now);
  const handover = opened.value;
  const moved = await deps.store.transaction((tx) =>
    tx.moveAttempt({ attemptId: attempt.id, from: ["opening", "waiting"], to: "waiting", handover, checkAt, now }),
  );
  // A notice may have overtaken us: then the attempt has succeeded and no row was moved.
  return moved ? { ...attempt, status: "waiting", handover, handoverAt: now } : null;
}

async function concludeRefusal(
  deps: Deps,
  attempt: Attempt,
  opened: Exclude<Outcome<Handover, OpenRefusal>, { kind: "done" }>,
): Promise<null> {
  if (opened.kind === "unknown") {
    deps.log.warn("gateway.unknown", { attemptId: attempt.id, cause: opened.cause });
    throw new AppError("gateway_unavailable", "WeChat Pay gave no certain answer; trying again is safe", {
      retryAfterS: 2,
    });
  }
  const { reason } = opened;
  deps.log.warn("payment.refused", { attemptId: attempt.id, reason, detail: opened.detail });
  if (reason === "already_paid" || reason === "closed" || reason === "number_used") {
    // WeChat knows this number already: what became of it decides, not our memory.
    await endAttempt(deps, attempt);
    return null;
  }
  await deps.store.transaction((tx) =>
    tx.moveAttempt({
      attemptId: attempt.id,
      from: ["opening"],
      to: "failed",
      reason,
      checkAt: null,
      now: deps.clock.now(),
    }),
  );
  throw new AppError("gateway_rejected", `WeChat Pay refused to open the payment: ${opened.detail ?? reason}`);
}

async function answer(gateway: Gateway, { order, attempt }: { order: Order; attempt: Attempt }): Promise<PayAnswer> {
  const base = { amountDue: attempt.dueFen, expiresAt: order.expiresAt.toISOString() };
  const channel = attempt.channel as PayAnswer["channel"];
  const { handover } = attempt;
  switch (handover?.kind) {
    case "code":
      return { channel, codeUrl: handover.codeUrl, ...base };
    case "redirect":
      return { channel, h5Url: handover.h5Url, ...base };
    case "prepay":
      return { channel, jsapi: await gateway.signForBridge(handover.prepayId), ...base };
    default:
      throw new AppError("internal", "a trade that is ready has nothing to hand out");
  }
}
