import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fen, fen, ZERO_FEN } from "#lib/base/fen.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { Attempt, Verdict } from "./attempt.ts";
import type { JournalEntry } from "./ledger.ts";
import type { OrderItem } from "./order.ts";
import {
  decideRefund,
  holding,
  isHeld,
  judgeRefund,
  moveOfRefusal,
  type Refund,
  type RefundMove,
  type RefundWish,
  refundMachine,
  refundNumber,
} from "./refund.ts";
import { earliestSendTime } from "./refund-spacing.ts";
import type { TradeRefund } from "./trade.ts";

const start = new Date("2026-07-01T02:00:00Z");
const later = (ms: number) => new Date(start.getTime() + ms);

const attemptOf = (paidFen: Fen, verdict: Verdict = "settles"): Attempt => ({
  ...{
    id: "att_1",
    orderId: "ord_1",
    sequence: 1,
    accountId: "acc_1",
    protocol: "v3",
    appId: "wx1",
    merchantNumber: "m1",
  },
  ...{ number: "order-1", channel: "native", status: "succeeded", dueFen: paidFen, payerRef: null, handover: null },
  ...{ handoverAt: null, transactionId: "4200001", verdict, resolution: verdict === "settles" ? null : "open" },
  ...{
    paidFen,
    settledFen: paidFen,
    payerFen: paidFen,
    vouchers: [],
    paidAt: start,
    refundHeldFen: ZERO_FEN,
    refundedFen: ZERO_FEN,
    createdAt: start,
  },
  ...{ failure: null, reverseSince: null },
});

const requested = (attempt: Attempt, refund: Partial<Refund>): Refund => ({
  ...{ id: "ref_1", orderId: "ord_1", attemptId: attempt.id, number: "order-1-R1", origin: "request" },
  ...{ amountFen: fen(1), reason: null, items: [], status: "requested", providerRefundId: null, failure: null },
  ...{ failureDetail: null, createdAt: start, sendAt: start, sentAt: start, acceptedAt: null, succeededAt: null },
  ...{ closedAt: null, checks: 0, payerFen: null, settledFen: null },
  ...refund,
});

const wordOf = (refund: Refund, status: TradeRefund["status"], change: Partial<TradeRefund> = {}): TradeRefund => ({
  ...{ number: refund.number, refundId: "5030001", tradeNumber: "order-1", transactionId: "4200001" },
  ...{ amountFen: refund.amountFen, status, succeededAt: status === "succeeded" ? start : null },
  ...change,
});

const all: RefundWish = { amountFen: null, items: null };
const amount = (fens: number): RefundWish => ({ amountFen: fen(fens), items: null });

/** The attempt and its refunds, changed by the pure functions alone. */
interface RefundWorld {
  readonly attempt: Attempt;
  readonly refunds: readonly Refund[];
  readonly journal: readonly JournalEntry[];
}

function ask(world: RefundWorld, wish: RefundWish, orderItems: readonly OrderItem[] = []): RefundWorld {
  const { attempt, refunds } = world;
  const decision = decideRefund({ attempt, orderItems, refunds, wish, now: start });
  if (decision.kind !== "allowed") return world;
  const number = refundNumber(attempt, refunds.length);
  const { amountFen, items } = decision;
  const refund = requested(attempt, { id: `ref_${number}`, number, amountFen, items });
  return { ...world, attempt: holding(attempt, refund), refunds: [...refunds, refund] };
}

function hear(world: RefundWorld, at: number, say: (refund: Refund) => TradeRefund | "refused"): RefundWorld {
  const { attempt, refunds } = world;
  const refund = refunds[at % Math.max(1, refunds.length)];
  if (refund === undefined) return world;
  const reported = say(refund);
  if (reported !== "refused") {
    const judgement = judgeRefund({ refund, attempt, reported, now: start });
    return judgement.kind === "moves" ? apply(world, judgement.move) : world;
  }
  if (refund.status !== "requested") return world;
  return apply(world, moveOfRefusal({ refund, attempt, failure: "not_enough", detail: null, now: start }));
}

const apply = (world: RefundWorld, move: RefundMove): RefundWorld => ({
  attempt: move.attempt,
  refunds: world.refunds.map((one) => (one.id === move.refund.id ? move.refund : one)),
  journal: move.journal === null ? world.journal : [...world.journal, move.journal],
});

const sumOf = (refunds: readonly Refund[]) => refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);

describe("the machine", () => {
  test("money that went back is a fact: every state leads to succeeded, and nothing leaves it", () => {
    for (const state of refundMachine.states) {
      expect(refundMachine.allows(state, "succeeded")).toBe(state !== "succeeded");
      expect(refundMachine.allows("succeeded", state)).toBe(false);
    }
  });

  test("abnormal is not the end", () => {
    expect(refundMachine.isFinal("abnormal")).toBe(false);
    expect(isHeld({ status: "abnormal" })).toBe(true);
  });
});

// Goal: no sequence of requests, answers and repeats gives back more than was paid.
// Method: random commands on the pure functions; the sums are compared with the refunds after every step.
test("refunds never exceed the payment, and what went back never comes back", () => {
  const command = fc.oneof(
    fc.record({ kind: fc.constant("ask" as const), fens: fc.option(fc.integer({ min: 1, max: 1500 })) }),
    fc.record({
      kind: fc.constant("hear" as const),
      at: fc.nat(20),
      status: fc.constantFrom("processing", "succeeded", "abnormal", "closed", "refused"),
      lies: fc.boolean(),
    }),
  );
  const verdict = fc.constantFrom<Verdict>("settles", "late", "extra", "mismatch");
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      verdict,
      fc.array(command, { maxLength: 60 }),
      (paid, how, commands) => {
        let world: RefundWorld = { attempt: attemptOf(fen(paid), how), refunds: [], journal: [] };
        for (const step of commands) {
          const before = world;
          if (step.kind === "ask") world = ask(world, step.fens === null ? all : amount(step.fens));
          else {
            const { status, lies } = step;
            const change = lies ? { amountFen: fen(paid + 1) } : {};
            world = hear(world, step.at, (refund) => (status === "refused" ? status : wordOf(refund, status, change)));
          }
          const { attempt, refunds } = world;
          expect(attempt.refundHeldFen + attempt.refundedFen).toBeLessThanOrEqual(attempt.paidFen);
          expect(attempt.refundedFen).toBeGreaterThanOrEqual(before.attempt.refundedFen);
          expect(attempt.refundHeldFen).toBe(sumOf(refunds.filter(isHeld)));
          expect(attempt.refundedFen).toBe(sumOf(refunds.filter(({ status }) => status === "succeeded")));
        }
        const cleared = world.journal
          .flatMap(({ lines }) => lines)
          .filter(({ account }) => account === "wechat_clearing");
        expect(cleared.reduce((sum, line) => sum + line.creditFen, 0)).toBe(world.attempt.refundedFen);
        expect(new Set(world.journal.map(({ cause }) => cause)).size).toBe(world.journal.length);
      },
    ),
  );
});

// Goal: a line gives back exactly what was paid for it, however its units go back, also when refunds fail in between.
test("item refunds add up to what was paid for the line", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 0, max: 100 }),
      fc.nat(),
      fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 3 }), fails: fc.boolean() }), { maxLength: 20 }),
      (quantity, unit, off, steps) => {
        const discountFen = fen(off % (unit * quantity + 1));
        const line = { id: "itm_1", name: "茶", sku: null, category: null, unitFen: fen(unit), quantity, discountFen };
        const paidLine = unit * quantity - discountFen;
        // Another line goes with it, so that units worth nothing can still be named.
        const other = { ...line, id: "itm_2", unitFen: fen(1), quantity: 1000, discountFen: ZERO_FEN };
        let world: RefundWorld = { attempt: attemptOf(fen(paidLine + 1000)), refunds: [], journal: [] };
        const give = (units: number) => {
          const items = [
            { itemId: "itm_1", quantity: units },
            { itemId: "itm_2", quantity: 1 },
          ];
          world = ask(world, { amountFen: null, items }, [line, other]);
        };
        const standing = () =>
          world.refunds
            .filter(({ status }) => status !== "closed")
            .flatMap(({ items }) => items.filter(({ itemId }) => itemId === "itm_1"));
        for (const { quantity: units, fails } of steps) {
          give(units);
          if (fails) world = hear(world, world.refunds.length - 1, () => "refused");
          expect(standing().reduce((sum, item) => sum + item.amountFen, 0)).toBeLessThanOrEqual(paidLine);
          expect(standing().reduce((sum, item) => sum + item.quantity, 0)).toBeLessThanOrEqual(quantity);
        }
        while (standing().reduce((sum, item) => sum + item.quantity, 0) < quantity) give(1);
        expect(standing().reduce((sum, item) => sum + item.amountFen, 0)).toBe(paidLine);
      },
    ),
  );
});

describe("decideRefund", () => {
  const attempt = attemptOf(fen(1000));
  const decide = (change: Partial<Parameters<typeof decideRefund>[0]>) =>
    decideRefund({ attempt, orderItems: [], refunds: [], wish: all, now: start, ...change });

  test("the last day and the day after it", () => {
    expect(decide({ now: later(365 * DAY_MS) }).kind).toBe("allowed");
    expect(decide({ now: later(365 * DAY_MS + 1) }).kind).toBe("too_late");
  });

  test("fifty and no more; those that failed do not count", () => {
    const held = (count: number) => Array.from({ length: count }, (_, n) => requested(attempt, { id: `ref_${n}` }));
    const failed = requested(attempt, { status: "closed", id: "ref_x" });
    expect(decide({ refunds: [...held(49), failed] }).kind).toBe("allowed");
    expect(decide({ refunds: held(50) }).kind).toBe("too_many");
  });

  test("all that is left, exactly; one fen more is too much", () => {
    const some = { ...attempt, refundHeldFen: fen(100), refundedFen: fen(200) };
    expect(decide({ attempt: some })).toMatchObject({ kind: "allowed", amountFen: 700 });
    expect(decide({ attempt: some, wish: amount(700) }).kind).toBe("allowed");
    expect(decide({ attempt: some, wish: amount(701) })).toEqual({ kind: "exceeds", leftFen: 700 });
    expect(decide({ attempt: { ...attempt, refundedFen: fen(1000) } })).toEqual({ kind: "exceeds", leftFen: 0 });
  });

  test("gifts alone come to nothing", () => {
    const gift = {
      id: "itm_1",
      name: "糖",
      sku: null,
      category: null,
      unitFen: ZERO_FEN,
      quantity: 2,
      discountFen: ZERO_FEN,
    };
    const wish = { amountFen: null, items: [{ itemId: "itm_1", quantity: 1 }] };
    expect(decide({ wish, orderItems: [gift] }).kind).toBe("nothing_paid");
  });
});

describe("WeChat's minute", () => {
  const attempt = attemptOf(fen(1000));
  const sendAt = (refunds: Refund[], now: Date) => {
    const decision = decideRefund({ attempt, orderItems: [], refunds, wish: amount(1), now });
    return decision.kind === "allowed" ? decision.sendAt : null;
  };
  const first = requested(attempt, { id: "ref_1" });

  test("a refund queues behind those that wait", () => {
    const second = requested(attempt, { id: "ref_2", sendAt: later(61 * SECOND_MS), sentAt: null });
    expect(sendAt([], start)).toEqual(start);
    expect(sendAt([first], later(10 * SECOND_MS))).toEqual(later(61 * SECOND_MS));
    expect(sendAt([first, second], later(10 * SECOND_MS))).toEqual(later(122 * SECOND_MS));
    expect(sendAt([first], later(5 * MINUTE_MS))).toEqual(later(5 * MINUTE_MS));
  });

  test("its turn goes by what was really sent, and again by when it was accepted", () => {
    const resent = { ...first, sentAt: later(50 * SECOND_MS) };
    const accepted = { ...resent, status: "processing" as const, acceptedAt: later(55 * SECOND_MS) };
    const mine = requested(attempt, { id: "ref_2", sentAt: null, sendAt: later(61 * SECOND_MS) });
    expect(earliestSendTime(mine, [resent, mine], later(61 * SECOND_MS))).toEqual(later(111 * SECOND_MS));
    expect(earliestSendTime(mine, [accepted, mine], later(61 * SECOND_MS))).toEqual(later(116 * SECOND_MS));
    expect(earliestSendTime(mine, [mine], later(61 * SECOND_MS))).toEqual(later(61 * SECOND_MS));
  });

  test("one that WeChat refused was never there", () => {
    expect(sendAt([{ ...first, status: "closed" }], later(SECOND_MS))).toEqual(later(SECOND_MS));
    const closedThere = { ...first, status: "closed" as const, acceptedAt: start };
    expect(sendAt([closedThere], later(SECOND_MS))).toEqual(later(61 * SECOND_MS));
  });
});

describe("judgeRefund", () => {
  const attempt = holding(attemptOf(fen(1000)), { amountFen: fen(300) });
  const refund = requested(attempt, { amountFen: fen(300) });

  test("another amount or trade under our number is not believed", () => {
    const judge = (change: Partial<TradeRefund>) =>
      judgeRefund({ refund, attempt, reported: wordOf(refund, "succeeded", change), now: start });
    expect(judge({ amountFen: fen(299) })).toEqual({ kind: "differs", differing: "amount" });
    expect(judge({ tradeNumber: "order-2" })).toEqual({ kind: "differs", differing: "trade" });
  });

  test("an older word changes nothing", () => {
    const done: Refund = { ...refund, status: "succeeded" };
    for (const status of ["processing", "succeeded", "abnormal", "closed"] as const) {
      expect(judgeRefund({ refund: done, attempt, reported: wordOf(refund, status), now: start }).kind).toBe(
        "repeated",
      );
    }
  });

  test("without a time from WeChat it went back when we received the notice", () => {
    const heard = later(5 * SECOND_MS);
    const judge = (change: Partial<TradeRefund>) =>
      judgeRefund({ refund, attempt, reported: wordOf(refund, "succeeded", change), now: heard });
    expect(judge({ succeededAt: null })).toMatchObject({ move: { refund: { succeededAt: heard } } });
    expect(judge({})).toMatchObject({ move: { refund: { succeededAt: start } } });
  });

  test("one that we gave up and that went back all the same is booked where it fits, and reported where it does not", () => {
    const closed: Refund = { ...refund, status: "closed" };
    const reported = wordOf(refund, "succeeded");
    const free = attemptOf(fen(1000));
    expect(judgeRefund({ refund: closed, attempt: free, reported, now: start })).toMatchObject({
      kind: "moves",
      move: { attempt: { refundedFen: 300, refundHeldFen: 0 } },
    });
    const full = { ...free, refundHeldFen: fen(701) };
    expect(judgeRefund({ refund: closed, attempt: full, reported, now: start }).kind).toBe("overdrawn");
  });
});
