import { AppError } from "#lib/base/app-error.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, type Handover, handoverName, nextCheckAt } from "../domain/attempt.ts";
import type { Order } from "../domain/order.ts";
import type { Gateway, NewTrade, OpenRefusal } from "../ports/gateway.ts";
import { endAttempt } from "./check-attempt.ts";

export interface Opening {
  readonly order: Order;
  readonly attempt: Attempt;
  /** The number may have been sent to WeChat before. */
  readonly asked: boolean;
  readonly wish: Pick<NewTrade, "channel" | "openid" | "payerIp">;
}

/**
 * Opens a committed attempt's trade at WeChat.
 * @returns the attempt with its handover; null when another round will find what became of it
 * @throws AppError `gateway_unavailable`, `gateway_rejected`
 */
export async function openTrade(deps: Deps, gateway: Gateway, opening: Opening): Promise<Attempt | null> {
  const { order, attempt, wish } = opening;
  const opened = await gateway.openTrade({
    number: attempt.number,
    channel: wish.channel,
    amountFen: attempt.dueFen,
    description: order.description,
    expiresAt: order.expiresAt,
    openid: wish.openid,
    payerIp: wish.payerIp,
    goodsTag: order.goodsTag,
  });
  if (opened.kind !== "done") return concludeRefusal(deps, opening, opened);
  const now = deps.clock.now();
  // The shopper is looking at the page, so the next query is soon.
  const checkAt = nextCheckAt({ seenAt: now }, now);
  const handover = opened.value;
  const moved = await deps.store.transaction((tx) =>
    tx.moveAttempt({ attemptId: attempt.id, from: ["opening", "waiting"], to: "waiting", handover, checkAt, now }),
  );
  if (moved) return { ...attempt, status: "waiting", handover, handoverAt: now };
  // Meanwhile the attempt ended here: paid by a notice, or given up by another call. The trade that was just opened must
  // not stay payable while another one is opened.
  await endAttempt(deps, attempt);
  return null;
}

const KNOWN_TO_PROVIDER: ReadonlySet<OpenRefusal> = new Set<OpenRefusal>(["already_paid", "closed", "number_used"]);

async function concludeRefusal(
  deps: Deps,
  { attempt, asked }: Opening,
  opened: Exclude<Outcome<Handover, OpenRefusal>, { kind: "done" }>,
): Promise<null> {
  if (opened.kind === "unknown") {
    deps.log.warn("gateway.unknown", { orderId: attempt.orderId, attemptId: attempt.id, cause: opened.cause });
    throw new AppError("gateway_unavailable", "WeChat Pay gave no certain answer; trying again is safe", {
      retryAfterS: 2,
    });
  }
  const { reason } = opened;
  deps.log.warn("payment.refused", { orderId: attempt.orderId, attemptId: attempt.id, reason, detail: opened.detail });
  // Where WeChat may know the number, what became of it decides: the refusal of a repeat says nothing about the call
  // before it: its trade may be payable.
  if (asked || KNOWN_TO_PROVIDER.has(reason)) await endAttempt(deps, attempt);
  if (KNOWN_TO_PROVIDER.has(reason)) return null;
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

/** What the phone needs; bridge parameters are signed anew each time. */
export async function handOut(
  gateway: Gateway,
  { order, attempt }: { order: Order; attempt: Attempt },
): Promise<PayAnswer> {
  const name = attempt.handoverAt === null ? null : handoverName(attempt, attempt.handoverAt);
  if (name === null) throw new AppError("internal", "a trade that is ready has nothing to hand out");
  const base = { amountDue: attempt.dueFen, expiresAt: order.expiresAt.toISOString(), handover: name };
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
