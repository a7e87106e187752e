import { AppError, isAppError } from "#lib/base/app-error.ts";
import { CODEPAY_GIVEN_UP_MS, CODEPAY_POLL_MS, CODEPAY_WAIT_MS, START_ROUNDS_MAX } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import { addMs } from "#lib/base/time.ts";
import { DECLINE_REASONS, type DeclineReason } from "#lib/contract/code-pay.ts";
import { inBothLanguages } from "#lib/texts/api.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, isLive } from "../domain/attempt.ts";
import { orderNotFound } from "../domain/order.ts";
import type { OrderFile } from "../domain/order-file.ts";
import { orderView } from "../domain/views.ts";
import { endAttempt } from "../paying/check-attempt.ts";
import { chooseGateway } from "../paying/choose-gateway.ts";
import { queryOnce } from "../paying/query-trade.ts";
import type { Gateway } from "../ports/gateway.ts";
import { chargeCode, intendCharge } from "./charge-code.ts";
import { checkCodePayment } from "./reverse-attempt.ts";

export interface PayByCode {
  readonly orderId: string;
  /** What the counter scanned: 18 digits that WeChat takes once. */
  readonly authCode: string;
  /** How long the call waits for the shopper's password before it answers `pending`. */
  readonly waitMs?: number;
}

/** `pending`: not decided yet; by `decidedBy` it is paid, or taken back. */
export type PaidByCode =
  | { readonly kind: "paid"; readonly order: ReturnType<typeof orderView> }
  | {
      readonly kind: "pending";
      readonly order: ReturnType<typeof orderView>;
      /** The phone asks for the password, nothing certain is known, or it is being taken back. */
      readonly waitsFor: "password" | "answer" | "reversal";
      readonly decidedBy: Date;
    };

/**
 * Charges the payment code on a shopper's phone (付款码). The attempt is committed before it is sent to WeChat, and one code
 * makes one attempt, so that a repeat of this call joins the first. What is neither paid nor refused when this answers is
 * asked after, and at last reversed, by the sweep.
 * @throws AppError `not_found`, `order_not_payable`, `payment_declined`, `conflict`, `gateway_rejected`, `gateway_unavailable`
 */
export async function payByCode(deps: Deps, charge: PayByCode): Promise<PaidByCode> {
  const { orderId, authCode, waitMs = CODEPAY_WAIT_MS } = charge;
  const endsAt = addMs(deps.clock.now(), waitMs);
  const gateway = await gatewayForCodes(deps, orderId);
  const codeRef = deps.hashPayer(`code:${authCode}`);
  for (let round = 1; round <= START_ROUNDS_MAX; round++) {
    const { kind, order, attempt } = await intendCharge(deps, gateway, { orderId, codeRef });
    if (kind === "in_the_way") {
      await endAttempt(deps, attempt);
      continue;
    }
    if (kind === "to_charge") await chargeCode(deps, gateway, { order, attempt, authCode: new Secret(authCode) });
    if (kind !== "ended") await wait(deps, attempt, endsAt);
    return answerOf(deps, attempt);
  }
  throw new AppError("gateway_unavailable", "the order is being paid in another way; try again in a moment", {
    retryAfterS: 2,
  });
}

async function gatewayForCodes(deps: Deps, orderId: string): Promise<Gateway> {
  const gateway = await chooseGateway(deps, { orderId, channel: "codepay" });
  if (gateway.codePayObstacle === null) return gateway;
  throw new AppError(
    "gateway_rejected",
    "this account cannot take payment codes: with API v2 an unclear charge is reversed with the merchant certificate, and " +
      "none is configured (cert_path, key_path)",
    { reason: gateway.codePayObstacle },
  );
}

/** Until it is decided, or the shop's patience ends: the call's own, or, for who comes later, that of the charge. */
async function wait(deps: Deps, { orderId, id }: Attempt, endsAt: Date): Promise<void> {
  const { pause = sleep } = deps;
  for (;;) {
    const attempt = attemptIn(await fileOf(deps, orderId), id);
    if (!isLive(attempt)) return;
    const now = deps.clock.now();
    const isOverdue = now.getTime() - attempt.createdAt.getTime() >= CODEPAY_GIVEN_UP_MS;
    if (isOverdue || attempt.reverseSince !== null) return takeBack(deps, attempt);
    if (addMs(now, CODEPAY_POLL_MS) > endsAt) return;
    if (!(await pause(CODEPAY_POLL_MS))) return;
    await queryOnce(deps, attempt);
  }
}

/** A reversal that WeChat does not confirm at once goes on without us. */
async function takeBack(deps: Deps, attempt: Attempt): Promise<void> {
  try {
    await checkCodePayment(deps, attempt);
  } catch (cause) {
    if (!isAppError(cause) || cause.code !== "gateway_unavailable") throw cause;
  }
}

const sleep = (ms: number): Promise<boolean> => new Promise((resolve) => setTimeout(resolve, ms, true));

async function answerOf(deps: Deps, { orderId, id }: Attempt): Promise<PaidByCode> {
  const file = await fileOf(deps, orderId);
  const attempt = attemptIn(file, id);
  const order = orderView(file, deps.payUrl(orderId));
  if (attempt.verdict === "settles") return { kind: "paid", order };
  if (attempt.status === "succeeded") {
    throw new AppError(
      "conflict",
      "a payment was made with this code but does not settle the order; see extraPayments of the order",
    );
  }
  if (isLive(attempt)) {
    return {
      kind: "pending",
      order,
      waitsFor: waitsFor(attempt),
      decidedBy: addMs(attempt.createdAt, CODEPAY_GIVEN_UP_MS),
    };
  }
  if (attempt.failure === "account_trouble" || attempt.failure === "not_permitted") {
    throw new AppError("gateway_rejected", "WeChat Pay does not let this account take payment codes", {
      reason: attempt.failure,
    });
  }
  const reason = declineOf(attempt.failure);
  throw new AppError(
    "payment_declined",
    inBothLanguages(({ declines }) => declines[reason]),
    { reason },
  );
}

/** What a charge waits for that is not decided. */
export function waitsFor({ status, reverseSince }: Attempt): "password" | "answer" | "reversal" {
  if (reverseSince !== null) return "reversal";
  return status === "waiting" ? "password" : "answer";
}

async function fileOf(deps: Deps, orderId: string): Promise<OrderFile> {
  const file = await deps.store.findOrder(orderId);
  if (file === null) throw orderNotFound();
  return file;
}

function attemptIn({ attempts }: OrderFile, id: string): Attempt {
  const attempt = attempts.find((one) => one.id === id);
  if (attempt === undefined) throw new Error("an attempt never leaves its order");
  return attempt;
}

/** @param failure as kept with the attempt */
export function declineOf(failure: string | null): DeclineReason {
  if (failure === "reversed" || failure === "absent") return "timed_out";
  return DECLINE_REASONS.find((reason) => reason === failure) ?? "declined";
}
