import { createHash, createHmac, randomInt } from "node:crypto";
import { AppError, ERROR_CATALOGUE, isAppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Fen } from "#lib/base/fen.ts";
import { EPAY_KEY_ID } from "#lib/base/ids.ts";
import { DESCRIPTION_CHARS_MAX, IDEMPOTENCY_KEPT_MS, ITEM_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import type { EpayTrouble } from "#lib/contract/epay.ts";
import { orderRequestSchema } from "#lib/contract/order-request.ts";
import type { PaymentProcessor } from "#lib/payment/index.ts";
import type { EpayAccount, EpayOrder, EpayStore } from "./ports.ts";
import { type EpayParams, isSignedBy, paidAddress } from "./protocol.ts";
import { type EpayWish, readWish } from "./read-wish.ts";

export interface EpayDeps {
  readonly store: EpayStore;
  readonly payments: Pick<PaymentProcessor, "createOrderOnce" | "order" | "refund" | "refundOrder">;
  readonly box: { open(sealed: Uint8Array, place: ReturnType<typeof keyPlace>): Uint8Array };
  /** Why notices cannot go to an address; null where they can. */
  readonly targetProblem: (url: string) => Promise<string | null>;
  readonly clock: Clock;
  /** Without a slash at the end. */
  readonly publicUrl: string;
}

/** Where the key of a pid is sealed. */
export const keyPlace = (pid: string) => ({ table: "epay_accounts", column: "key_sealed", row: pid });

export type EpayRefusal = { readonly kind: "refused"; readonly trouble: EpayTrouble };
export type EpayOrdered = { readonly kind: "ordered"; readonly order: EpayOrder } | EpayRefusal;

const refused = (trouble: EpayTrouble): EpayRefusal => ({ kind: "refused", trouble });

/** The account that a form is signed by. */
export async function signedAccount(deps: EpayDeps, params: EpayParams): Promise<EpayAccount | EpayRefusal> {
  const account = await deps.store.account(params.get("pid") ?? "");
  if (account === null) return refused("pid");
  return isSignedBy(params, openKey(deps, account)) ? inUse(deps, account) : refused("sign");
}

/** The account of a call that shows its key, as queries and refunds of this protocol do. */
export async function keyHolder(deps: EpayDeps, params: EpayParams): Promise<EpayAccount | EpayRefusal> {
  const account = await deps.store.account(params.get("pid") ?? "");
  if (account === null) return refused("pid");
  return sameSecret(params.get("key") ?? "", openKey(deps, account)) ? inUse(deps, account) : refused("key");
}

async function inUse({ store, clock }: EpayDeps, account: EpayAccount): Promise<EpayAccount> {
  await store.noteUse(account.pid, clock.now());
  return account;
}

const KEY_CHARS = 32;
/** Without what people mistake for one another. */
const KEY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

export const newEpayKey = (): string =>
  Array.from({ length: KEY_CHARS }, () => KEY_ALPHABET.charAt(randomInt(KEY_ALPHABET.length))).join("");

export const openKey = (
  { box }: Pick<EpayDeps, "box">,
  { pid, keySealed }: Pick<EpayAccount, "pid" | "keySealed">,
): string => Buffer.from(box.open(keySealed, keyPlace(pid))).toString("utf8");

/** By digests of one length, so that the time tells nothing. */
function sameSecret(shown: string, key: string): boolean {
  const digest = (text: string) => createHmac("sha256", key).update(text).digest("hex");
  return digest(shown) === digest(key);
}

/**
 * Makes the one order of a form. The same number with the same content, at once or later, is the same order; with other content it is
 * refused.
 * @throws AppError as `createOrderOnce`
 */
export async function orderOf(deps: EpayDeps, account: EpayAccount, params: EpayParams): Promise<EpayOrdered> {
  const wish = readWish(params);
  if (typeof wish === "string") return refused(wish);
  const known = await deps.store.order({ pid: account.pid, outTradeNo: wish.outTradeNo });
  if (known !== null) return sameOrder(deps, known, wish);
  if ((await deps.targetProblem(wish.notifyUrl)) !== null) return refused("notify_url");
  const orderId = await placeOnce(deps, account, wish);
  if (orderId === null) return refused("conflict");
  const order = { ...wish, orderId, pid: account.pid, createdAt: deps.clock.now() };
  if ((await deps.store.insert(order)) === "inserted") return { kind: "ordered", order };
  // Somebody else's form was first; an order of ours that nobody is sent to closes unpaid.
  const first = await deps.store.order({ pid: account.pid, outTradeNo: wish.outTradeNo });
  return first === null ? refused("conflict") : sameOrder(deps, first, wish);
}

async function sameOrder({ payments }: EpayDeps, known: EpayOrder, wish: EpayWish): Promise<EpayOrdered> {
  if (known.amount !== wish.amount || known.notifyUrl !== wish.notifyUrl || known.name !== wish.name) {
    return refused("conflict");
  }
  const { status } = await payments.order(known.orderId);
  return status === "closed" ? refused("closed") : { kind: "ordered", order: known };
}

/** @returns null where the number was used with other content a moment ago */
async function placeOnce(deps: EpayDeps, account: EpayAccount, wish: EpayWish): Promise<string | null> {
  const { outTradeNo, amount, name, notifyUrl } = wish;
  const { pid } = account;
  const request = orderRequestSchema.parse({
    items: [{ name: firstChars(name, ITEM_NAME_CHARS_MAX), unitAmount: amount, quantity: 1 }],
    description: firstChars(name, DESCRIPTION_CHARS_MAX),
    metadata: { epayPid: pid, epayName: account.name, epayOrder: outTradeNo },
    ...(wish.returnUrl === null ? {} : { returnUrl: returnAddress(deps, account, wish) }),
  });
  const once = {
    apiKeyId: EPAY_KEY_ID,
    key: digest([pid, outTradeNo]).toString("hex"),
    digest: digest([pid, outTradeNo, String(amount), name, notifyUrl]),
  };
  try {
    const result = await deps.payments.createOrderOnce(request, once, { entry: "api" });
    if (result.kind !== "replayed") return result.order.id;
    const { id }: { id: string } = JSON.parse(result.answer.body);
    return id;
  } catch (cause) {
    if (isAppError(cause) && cause.code === "idempotency_conflict") return null;
    throw cause;
  }
}

const digest = (parts: readonly string[]): Buffer => createHash("sha256").update(JSON.stringify(parts)).digest();
const firstChars = (text: string, most: number): string => [...text].slice(0, most).join("");

/** Where the pay page leads back to: ours, since only a paid order's facts are ever signed. Nobody makes such an address without the key. */
function returnAddress(deps: EpayDeps, account: EpayAccount, { outTradeNo }: EpayWish): string {
  const query = new URLSearchParams({
    pid: account.pid,
    order: outTradeNo,
    token: returnToken(deps, account, outTradeNo),
  });
  return `${deps.publicUrl}/epay/return?${query}`;
}

const returnToken = (deps: EpayDeps, account: EpayAccount, outTradeNo: string): string =>
  createHmac("sha256", openKey(deps, account)).update(`return\n${outTradeNo}`).digest("base64url");

/** Where a shopper goes who leaves the pay page: back to the software once the order is paid, else to the pay page again; null for a stranger. */
export async function wayBack(deps: EpayDeps, query: EpayParams): Promise<string | null> {
  const outTradeNo = query.get("order") ?? "";
  const account = await deps.store.account(query.get("pid") ?? "");
  if (account === null || !sameSecret(query.get("token") ?? "", returnToken(deps, account, outTradeNo))) return null;
  const order = await deps.store.order({ pid: account.pid, outTradeNo });
  if (order === null || order.returnUrl === null) return null;
  const { paidAt } = await deps.payments.order(order.orderId);
  return paidAt === null ? `/pay/${order.orderId}` : paidAddress(order.returnUrl, order, openKey(deps, account));
}

interface EpayRefundWish {
  readonly amount: Fen;
  /** The software's own number of the refund, where its version of the protocol has one. */
  readonly number: string;
}

/**
 * Gives money back. Without a number of its own, the same amount of one order is one refund, however often and however much later it is
 * asked for: a lost answer must not pay twice.
 * @throws AppError as `refundOrder`; `conflict` for a number with another amount, one that came to nothing, or of which nobody knows
 */
export async function refundOf(
  { store, payments, clock }: EpayDeps,
  { pid, orderId }: EpayOrder,
  { amount, number }: EpayRefundWish,
): Promise<void> {
  const now = clock.now();
  const name = number === "" ? `amount ${amount}` : `number ${number}`;
  const asked = await store.askRefund({ orderId, number: name, amount, askedAt: now });
  if (asked.amount !== amount) throw new AppError("conflict", "the refund of this number has another amount");
  if (asked.refundId !== null) {
    const { status } = await payments.refund(asked.refundId);
    if (status === "closed") throw new AppError("conflict", "the refund of this number came to nothing");
    return;
  }
  // A repeat finds the first call's answer by its key for so long; after that a person has to look.
  if (now.getTime() - asked.askedAt.getTime() > IDEMPOTENCY_KEPT_MS / 2) {
    throw new AppError("conflict", "nobody knows whether the refund of this number was made");
  }
  const once = {
    apiKeyId: EPAY_KEY_ID,
    key: digest([orderId, name]).toString("hex"),
    digest: digest([name, String(amount)]),
  };
  const asker = { kind: "api", actor: `epay ${pid}`, userId: null } as const;
  try {
    const result = await payments.refundOrder({ orderId, amount, once, asker });
    const made: { id: string } = result.kind === "replayed" ? JSON.parse(result.answer.body) : result.refund;
    await store.refundMade({ ...asked, refundId: made.id });
  } catch (cause) {
    if (isAppError(cause) && ERROR_CATALOGUE[cause.code].status < 500) await store.refundRefused(asked);
    throw cause;
  }
}
