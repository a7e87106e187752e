import { randomUUID } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type {
  BillFile,
  BillRefusal,
  CloseRefusal,
  Gateway,
  Gateways,
  Handover,
  NewTrade,
  NoticeRejection,
  Notification,
  OpenRefusal,
  PaidTrade,
  Protocol,
  SignedBytes,
  Trade,
  TradeRefund,
} from "#lib/payment/index.ts";
import { createMemoryRefunds, type MemoryRefunds } from "./memory-refunds.ts";
import { createScript, type MemoryFault, type MemoryOperation } from "./memory-script.ts";
import {
  chargeInMemory,
  createMemoryCounter,
  type MemoryCounter,
  type MemoryTrade,
  paymentOf,
  reverseInMemory,
} from "./memory-trades.ts";
// The third implementation of Gateway, for flow tests: trades in memory, answers as scripted.

export interface MemoryGateway extends Gateway {
  /** Every call so far, oldest first. */
  readonly calls: readonly { readonly operation: MemoryOperation; readonly number: string }[];
  /** The next call of this operation goes wrong; several are taken in turn. */
  failNext(operation: MemoryOperation, fault: MemoryFault): void;
  /** What was to go wrong and has not yet. */
  clearFaults(): void;
  /** Runs as the next call of this operation arrives, before it takes effect: lets a payment win a race. */
  beforeNext(operation: MemoryOperation, act: () => void | Promise<void>): void;
  /**
   * The shopper pays.
   * @param differing fields that WeChat reports otherwise than we asked
   * @throws Error when the trade is not open
   */
  pay(number: string, differing?: Partial<PaidTrade>): PaidTrade;
  readonly counter: MemoryCounter;
  /** Numbers that a shopper could pay right now; more than one per order is the mistake that flows must not make. */
  payableNumbers(): string[];
  readonly refunds: Pick<MemoryRefunds, "settle" | "makeInConsole" | "all">;
  /** What `downloadBill` answers, by kind and day: `trades 2026-07-01`; days without an entry have no bill. */
  readonly bills: Map<string, Outcome<BillFile, BillRefusal>>;
}

export interface MemoryGatewayOptions {
  readonly clock: Clock;
  readonly accountId?: string;
  readonly appId?: string;
  readonly merchantNumber?: string;
  readonly wantsPublicPayer?: boolean;
  readonly protocol?: Protocol;
}

export function createMemoryGateway(options: MemoryGatewayOptions): MemoryGateway {
  const { clock, accountId = "acc_memory", appId = "wx0000000000000000", merchantNumber = "1900000001" } = options;
  const { wantsPublicPayer = false, protocol = "v3" } = options;
  const trades = new Map<string, MemoryTrade>();
  const refunds = createMemoryRefunds(clock);
  const bills = new Map<string, Outcome<BillFile, BillRefusal>>();
  const paymentOfTransaction = (id: string) =>
    [...trades.values()].map(({ payment }) => payment).find((payment) => payment?.transactionId === id) ?? null;
  const script = createScript();
  const counter = createMemoryCounter(trades);
  const stamp = { appId, merchantNumber };
  return {
    accountId,
    protocol,
    appId,
    merchantNumber,
    wantsPublicPayer,
    calls: script.calls,
    failNext: script.failNext,
    clearFaults: script.clearFaults,
    beforeNext: script.beforeNext,
    openTrade: (trade) => script.run("openTrade", trade.number, () => open(trades, trade)),
    findTrade: (number) => script.run("findTrade", number, () => find(trades, number)),
    codePayObstacle: null,
    counter,
    chargeCode: (charge) =>
      script.run("chargeCode", charge.number, () =>
        chargeInMemory({ trades, counter }, charge, { ...stamp, paidAt: clock.now() }),
      ),
    reverseTrade: (number) => script.run("reverseTrade", number, () => reverseInMemory({ trades, counter }, number)),
    closeTrade: (number) => script.run("closeTrade", number, () => close(trades, number)),
    openRefund: (asked) =>
      script.run("openRefund", asked.number, () => refunds.open(asked, paymentOfTransaction(asked.transactionId))),
    findRefund: (number) => script.run("findRefund", number, () => refunds.find(number)),
    finishesAbnormalRefunds: protocol === "v3",
    finishAbnormalRefund: (asked) =>
      script.run("finishAbnormalRefund", asked.number, () => refunds.finish(asked.number)),
    refunds,
    bills,
    downloadBill: async (day, kind) => bills.get(`${kind} ${day}`) ?? refused("no_bill"),
    signForBridge: async (prepayId) => ({
      appId,
      timeStamp: String(Math.floor(clock.now().getTime() / 1000)),
      nonceStr: randomUUID().replaceAll("-", ""),
      package: `prepay_id=${prepayId}`,
      signType: "RSA",
      paySign: "bWVtb3J5",
    }),
    pay(number, differing = {}) {
      const trade = trades.get(number);
      if (trade?.state !== "not_paid") throw new Error(`trade ${number} is not open`);
      trade.state = "paid";
      trade.payment = { ...paymentOf(trade.asked, { ...stamp, paidAt: clock.now() }), ...differing };
      return trade.payment;
    },
    payableNumbers: () => [...trades].flatMap(([number, trade]) => (trade.state === "not_paid" ? [number] : [])),
  };
}

function open(trades: Map<string, MemoryTrade>, asked: NewTrade): Outcome<Handover, OpenRefusal> {
  const needs = asked.channel === "h5" ? asked.payerIp : asked.channel === "native" ? "nobody" : asked.openid;
  if (needs === null) return refused("invalid", "payer is missing");
  const known = trades.get(asked.number);
  if (known === undefined) {
    const handover = handoverOf(asked);
    trades.set(asked.number, { asked, handover, state: "not_paid", payment: null });
    return done(handover);
  }
  if (known.state === "paid") return refused("already_paid");
  if (known.state === "closed") return refused("closed");
  if (known.handover === null) return refused("number_used");
  return bindingText(known.asked) === bindingText(asked) ? done(known.handover) : refused("number_used");
}

function find(trades: Map<string, MemoryTrade>, number: string): Outcome<Trade, "absent"> {
  const trade = trades.get(number);
  return trade === undefined ? refused("absent") : done({ number, state: trade.state, payment: trade.payment });
}

/** The shopper's address may change between two calls for one trade; everything else may not. */
const bindingText = (asked: MemoryTrade["asked"]): string => JSON.stringify({ ...asked, payerIp: null });

/** As the real one does, a number that never existed is closed without complaint. */
function close(trades: Map<string, MemoryTrade>, number: string): Outcome<"closed", CloseRefusal> {
  const trade = trades.get(number);
  if (trade?.state === "paid") return refused("already_paid");
  // What was charged by a code can only be reversed.
  if (trade?.handover === null && trade.state === "not_paid") return unknown("a code payment is reversed, not closed");
  if (trade !== undefined) trade.state = "closed";
  return done("closed");
}

function handoverOf({ channel, number }: NewTrade): Handover {
  if (channel === "native") return { kind: "code", codeUrl: `weixin://wxpay/bizpayurl?pr=${number}` };
  if (channel === "h5") return { kind: "redirect", h5Url: `https://wx.tenpay.com/h5?prepay_id=wx${number}` };
  return { kind: "prepay", prepayId: `wx${number}` };
}

/** {@link Gateways} over memory gateways; the first is the active one. */
export interface MemoryGateways extends Gateways {
  /** The bytes that this double reads as the given notice; anything else is a bad signature. */
  noticeOf(notification: Notification): SignedBytes;
  /** The notice of a payment, as WeChat would send it. */
  noticeOfPayment(trade: PaidTrade, noticeId?: string): SignedBytes;
  /** The notice of a refund; with `hint` it lacks what booking needs. */
  noticeOfRefund(refund: TradeRefund, how?: { noticeId?: string; hint?: boolean }): SignedBytes;
}

export function createMemoryGateways(gateways: readonly MemoryGateway[]): MemoryGateways {
  const notices = new Map<string, Notification>();
  const first = gateways[0] ?? { accountId: "acc_memory", protocol: "v3" };
  const noticeOf = (notification: Notification): SignedBytes => {
    const text = JSON.stringify({ notice: notification.noticeId, n: notices.size });
    notices.set(text, notification);
    return { headers: new Headers(), body: new TextEncoder().encode(text) };
  };
  return {
    active: async () => gateways[0] ?? null,
    async of(accountId) {
      const gateway = gateways.find((each) => each.accountId === accountId);
      if (gateway === undefined) throw new AppError("gateway_unavailable", "this account is not known here");
      return gateway;
    },
    async readNotification({ body }) {
      return notices.get(new TextDecoder().decode(body)) ?? BAD_SIGNATURE;
    },
    noticeOf,
    noticeOfPayment(trade, noticeId = randomUUID()) {
      const { accountId, protocol } = gateways.find((each) => each.merchantNumber === trade.merchantNumber) ?? first;
      return noticeOf({ protocol, accountId, accountIds: [accountId], noticeId, kind: "payment", trade });
    },
    noticeOfRefund: (refund, { noticeId = randomUUID(), hint = false } = {}) =>
      noticeOf({
        protocol: hint ? "v2" : "v3",
        accountId: first.accountId,
        accountIds: [first.accountId],
        noticeId,
        kind: "refund",
        refundNumber: refund.number,
        tradeNumber: refund.tradeNumber,
        status: refund.status,
        refund: hint ? null : refund,
      }),
  };
}

const BAD_SIGNATURE: NoticeRejection = { kind: "rejection", protocol: "v3", reason: "bad_signature" };
