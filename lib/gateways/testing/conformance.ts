import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { Gateway, NewRefund, NewTrade } from "#lib/payment/index.ts";
import type { MemoryOperation } from "../memory-script.ts";
import { type CounterWorld, codepayCases } from "./conformance-codepay.ts";

// What every Gateway must do. The use cases rely on nothing else.

export interface GatewayWorld extends CounterWorld {
  readonly gateway: Gateway;
  /** A shopper that the other side knows. */
  readonly openid: string;
  /** What bridge parameters say they are signed with; RSA when left out. */
  readonly bridgeSignType?: string;
  /** The shopper pays the trade. */
  pay(number: string): Promise<void>;
  /** The next call does its work, and its answer never comes. */
  loseNextAnswer(operation: Exclude<MemoryOperation, "finishAbnormalRefund">): Promise<void>;
  /** A payment lands as the next close call arrives. */
  payDuringNextClose(number: string): Promise<void>;
  close(): Promise<void>;
}

/** What the cases share. */
interface Kit {
  readonly world: () => GatewayWorld;
  readonly open: Gateway["openTrade"];
  readonly newTrade: (change?: Partial<NewTrade>) => NewTrade;
  /** The trade's state, or what else the answer was. */
  readonly stateOf: (number: string) => Promise<string>;
}

export function describeGateway(name: string, createWorld: () => Promise<GatewayWorld>): void {
  describe(name, () => {
    let world: GatewayWorld;
    beforeAll(async () => {
      world = await createWorld();
    });
    afterAll(() => world.close());
    const kit: Kit = {
      world: () => world,
      open: (trade) => world.gateway.openTrade(trade),
      newTrade,
      async stateOf(number) {
        const found = await world.gateway.findTrade(number);
        return found.kind === "done" ? found.value.state : found.kind;
      },
    };
    openingCases(kit);
    lifeCases(kit);
    troubleCases(kit);
    refundCases(kit);
    codepayCases(kit);
  });
}

const newTrade = (change: Partial<NewTrade> = {}): NewTrade => ({
  number: `t-${randomUUID().replaceAll("-", "").slice(0, 26)}`,
  channel: "native",
  amountFen: fen(1999),
  description: "一杯茶 🍵 & <tea>",
  expiresAt: new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000),
  openid: null,
  payerIp: null,
  ...change,
});

function openingCases(kit: Kit): void {
  test("each channel hands over what its phone needs", async () => {
    const kindOf = async (change: Partial<NewTrade>) => {
      const opened = await kit.open(kit.newTrade(change));
      return opened.kind === "done" ? opened.value.kind : opened;
    };
    expect(await kindOf({ channel: "native" })).toBe("code");
    expect(await kindOf({ channel: "jsapi", openid: kit.world().openid })).toBe("prepay");
    expect(await kindOf({ channel: "miniprogram", openid: kit.world().openid })).toBe("prepay");
    expect(await kindOf({ channel: "h5", payerIp: "192.0.2.1" })).toBe("redirect");
  });

  test("a channel that needs a payer is refused without one", async () => {
    for (const channel of ["jsapi", "miniprogram", "h5"] as const) {
      expect(await kit.open(kit.newTrade({ channel }))).toMatchObject({ kind: "refused", reason: "invalid" });
    }
  });

  test("the same trade may be opened again; the number with other values may not", async () => {
    const trade = kit.newTrade();
    expect((await kit.open(trade)).kind).toBe("done");
    expect((await kit.open(trade)).kind).toBe("done");
    expect(await kit.open({ ...trade, amountFen: fen(1) })).toMatchObject({ kind: "refused", reason: "number_used" });
    expect(await kit.open({ ...trade, channel: "h5", payerIp: "192.0.2.1" })).toMatchObject({
      kind: "refused",
      reason: "number_used",
    });
  });
}

function lifeCases(kit: Kit): void {
  test("an open trade is not paid; a paid one holds every compared field", async () => {
    const trade = kit.newTrade();
    await kit.open(trade);
    const unpaid = { number: trade.number, state: "not_paid", payment: null };
    expect(await kit.world().gateway.findTrade(trade.number)).toEqual({ kind: "done", value: unpaid });
    await kit.world().pay(trade.number);
    expect(await kit.world().gateway.findTrade(trade.number)).toMatchObject({
      kind: "done",
      value: {
        number: trade.number,
        state: "paid",
        payment: {
          number: trade.number,
          transactionId: expect.stringMatching(/^4200/),
          appId: kit.world().gateway.appId,
          merchantNumber: kit.world().gateway.merchantNumber,
          currency: "CNY",
          totalFen: 1999,
          paidAt: expect.any(Date),
        },
      },
    });
  });

  test("a paid trade is neither opened nor closed again", async () => {
    const trade = kit.newTrade();
    await kit.open(trade);
    await kit.world().pay(trade.number);
    expect(await kit.open(trade)).toMatchObject({ kind: "refused", reason: "already_paid" });
    expect(await kit.world().gateway.closeTrade(trade.number)).toMatchObject({
      kind: "refused",
      reason: "already_paid",
    });
    expect(await kit.stateOf(trade.number)).toBe("paid");
  });

  test("a closed trade stays closed, however often it is closed", async () => {
    const trade = kit.newTrade();
    await kit.open(trade);
    const closed = { kind: "done", value: "closed" };
    expect(await kit.world().gateway.closeTrade(trade.number)).toEqual(closed);
    expect(await kit.world().gateway.closeTrade(trade.number)).toEqual(closed);
    expect(await kit.stateOf(trade.number)).toBe("closed");
    expect(await kit.open(trade)).toMatchObject({ kind: "refused", reason: "closed" });
  });

  test("a number that was never opened is absent, also in another spelling", async () => {
    expect(await kit.world().gateway.findTrade(kit.newTrade().number)).toMatchObject({
      kind: "refused",
      reason: "absent",
    });
    const trade = kit.newTrade();
    await kit.open(trade);
    expect(await kit.stateOf(trade.number.toUpperCase())).toBe("refused");
  });
}

function troubleCases(kit: Kit): void {
  test("a trade whose answer was lost is found by its number", async () => {
    const trade = kit.newTrade();
    await kit.world().loseNextAnswer("openTrade");
    expect((await kit.open(trade)).kind).toBe("unknown");
    expect(await kit.stateOf(trade.number)).toBe("not_paid");
    expect((await kit.open(trade)).kind).toBe("done");
    await kit.world().loseNextAnswer("findTrade");
    expect(await kit.stateOf(trade.number)).toBe("unknown");
    await kit.world().loseNextAnswer("closeTrade");
    expect((await kit.world().gateway.closeTrade(trade.number)).kind).toBe("unknown");
    expect(await kit.stateOf(trade.number)).toBe("closed");
  });

  test("a payment that lands as we close wins", async () => {
    const trade = kit.newTrade();
    await kit.open(trade);
    await kit.world().payDuringNextClose(trade.number);
    expect(await kit.world().gateway.closeTrade(trade.number)).toMatchObject({
      kind: "refused",
      reason: "already_paid",
    });
    expect(await kit.stateOf(trade.number)).toBe("paid");
  });

  test("each signing for the bridge is fresh", async () => {
    const [one, other] = [
      await kit.world().gateway.signForBridge("wx1"),
      await kit.world().gateway.signForBridge("wx1"),
    ];
    const signType = kit.world().bridgeSignType ?? "RSA";
    expect(one).toMatchObject({ appId: kit.world().gateway.appId, package: "prepay_id=wx1", signType });
    expect(one.timeStamp).toMatch(/^[0-9]{10}$/);
    expect(one.nonceStr).toMatch(/^[0-9A-Za-z]{16,32}$/);
    expect(one.nonceStr).not.toBe(other.nonceStr);
  });
}

/** A paid trade, and a wish to give part of it back. */
async function paidTrade(kit: Kit): Promise<NewRefund> {
  const { number } = kit.newTrade();
  await kit.open(kit.newTrade({ number }));
  await kit.world().pay(number);
  const found = await kit.world().gateway.findTrade(number);
  const transactionId = found.kind === "done" ? (found.value.payment?.transactionId ?? "") : "";
  const money = { amountFen: fen(500), totalFen: fen(1999) };
  return { number: `${number}-R1`, tradeNumber: number, transactionId, ...money, reason: "太甜 & <酸>" };
}

function refundCases(kit: Kit): void {
  const gateway = () => kit.world().gateway;
  const asAsked = ({ number, tradeNumber, transactionId, amountFen }: NewRefund) => ({
    kind: "done",
    value: { number, tradeNumber, transactionId, amountFen, refundId: expect.stringMatching(/^[\x21-\x7e]{1,32}$/) },
  });

  test("a refund is accepted, found under its number, and the same number makes it once", async () => {
    const refund = await paidTrade(kit);
    const first = await gateway().openRefund(refund);
    expect(first).toMatchObject(asAsked(refund));
    const again = await gateway().openRefund(refund);
    const found = await gateway().findRefund(refund.number);
    const idOf = (outcome: typeof again | typeof found) => outcome.kind === "done" && outcome.value.refundId;
    expect(idOf(again)).toBe(idOf(first));
    expect(idOf(found)).toBe(idOf(first));
    expect(found).toMatchObject(asAsked(refund));
    expect(await kit.stateOf(refund.tradeNumber)).toBe("paid");
  });

  test("a refund whose answer was lost is found by its number", async () => {
    const refund = await paidTrade(kit);
    await kit.world().loseNextAnswer("openRefund");
    expect((await gateway().openRefund(refund)).kind).toBe("unknown");
    expect(await gateway().findRefund(refund.number)).toMatchObject(asAsked(refund));
    await kit.world().loseNextAnswer("findRefund");
    expect((await gateway().findRefund(refund.number)).kind).toBe("unknown");
    expect(await gateway().openRefund(refund)).toMatchObject(asAsked(refund));
  });

  test("more than was paid, or the number with another sum, is refused", async () => {
    const refund = await paidTrade(kit);
    expect(await gateway().openRefund({ ...refund, amountFen: fen(2000) })).toMatchObject({ kind: "refused" });
    expect(await gateway().findRefund(refund.number)).toMatchObject({ kind: "refused", reason: "absent" });
    await gateway().openRefund(refund);
    expect(await gateway().openRefund({ ...refund, amountFen: fen(501) })).toMatchObject({ kind: "refused" });
    expect(await gateway().findRefund(refund.number)).toMatchObject(asAsked(refund));
  });

  test("an unknown payment cannot be refunded; an unused refund number is absent", async () => {
    const refund = { ...(await paidTrade(kit)), transactionId: "4200000000000000000000000000" };
    expect(await gateway().openRefund(refund)).toMatchObject({ kind: "refused", reason: "trade_absent" });
    expect(await gateway().findRefund(refund.number)).toMatchObject({ kind: "refused", reason: "absent" });
  });
}
