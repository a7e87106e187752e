import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Gateway, NewCharge, NewTrade } from "#lib/payment/index.ts";

// Payment codes at a counter: what every Gateway must do with them.

export interface CounterWorld {
  /** What a shopper's phone shows just now. */
  newAuthCode(): Promise<string>;
  /** The next charge asks for the password. */
  askPassword(): Promise<void>;
  /** The shopper closes the password screen. */
  cancelPassword(number: string): Promise<void>;
}

/** What the cases need of their kit. */
export interface CodepayKit {
  readonly world: () => CounterWorld & {
    readonly gateway: Gateway;
    pay(number: string): Promise<void>;
    loseNextAnswer(operation: "chargeCode" | "reverseTrade"): Promise<void>;
  };
  readonly open: Gateway["openTrade"];
  readonly newTrade: () => NewTrade;
  readonly stateOf: (number: string) => Promise<string>;
}

/** Eighteen digits that no phone needs to know. */
export const anyAuthCode = (): string =>
  `13${BigInt(`0x${randomUUID().replaceAll("-", "")}`)
    .toString()
    .padStart(40, "0")
    .slice(-16)}`;

async function newCharge(kit: CodepayKit, change: Partial<NewCharge> = {}): Promise<NewCharge> {
  const { number, amountFen, description } = kit.newTrade();
  return { number, amountFen, description, authCode: new Secret(await kit.world().newAuthCode()), ...change };
}

export function codepayCases(kit: CodepayKit): void {
  chargingCases(kit);
  reversingCases(kit);
}

function chargingCases(kit: CodepayKit): void {
  const gateway = () => kit.world().gateway;
  const stateAfter = async (charge: NewCharge) => {
    const charged = await gateway().chargeCode(charge);
    return charged.kind === "done" ? charged.value.state : charged;
  };

  test("a code is paid in the answer itself, which holds every compared field", async () => {
    expect(gateway().codePayObstacle).toBeNull();
    const charge = await newCharge(kit);
    const charged = await gateway().chargeCode(charge);
    const { number } = charge;
    const payment = {
      ...{
        number,
        transactionId: expect.stringMatching(/^4200/),
        currency: "CNY",
        totalFen: 1999,
        paidAt: expect.any(Date),
      },
      ...{ appId: gateway().appId, merchantNumber: gateway().merchantNumber },
    };
    expect(charged).toMatchObject({ kind: "done", value: { number, state: "paid", payment } });
    const found = await gateway().findTrade(number);
    expect(found.kind === "done" && found.value.payment?.transactionId).toBe(
      charged.kind === "done" && charged.value.payment?.transactionId,
    );
    expect(await gateway().chargeCode(await newCharge(kit, { number })), "one number is one payment").toMatchObject({
      kind: "refused",
      reason: "already_paid",
    });
  });

  test("a code works once, and its second number stays unknown", async () => {
    const charge = await newCharge(kit);
    await gateway().chargeCode(charge);
    const other = await newCharge(kit, { authCode: charge.authCode });
    expect(await gateway().chargeCode(other)).toMatchObject({ kind: "refused", reason: "code_invalid" });
    expect(await gateway().findTrade(other.number)).toMatchObject({ kind: "refused", reason: "absent" });
  });

  test("while the password is typed it is not paid; then it is", async () => {
    await kit.world().askPassword();
    const charge = await newCharge(kit);
    expect(await stateAfter(charge)).toBe("not_paid");
    expect(await kit.stateOf(charge.number)).toBe("not_paid");
    await kit.world().pay(charge.number);
    expect(await kit.stateOf(charge.number)).toBe("paid");
  });

  test("a shopper who cancels has ended the trade", async () => {
    await kit.world().askPassword();
    const charge = await newCharge(kit);
    await gateway().chargeCode(charge);
    await kit.world().cancelPassword(charge.number);
    expect(await kit.stateOf(charge.number)).toBe("closed");
  });
}

function reversingCases(kit: CodepayKit): void {
  const gateway = () => kit.world().gateway;

  test("reversing ends what waits and takes back what was paid, however often it is called", async () => {
    const reversed = { kind: "done", value: "reversed" };
    await kit.world().askPassword();
    const waiting = await newCharge(kit);
    await gateway().chargeCode(waiting);
    const paid = await newCharge(kit);
    expect(await gateway().chargeCode(paid)).toMatchObject({ kind: "done", value: { state: "paid" } });
    for (const { number } of [waiting, paid]) {
      expect(await gateway().reverseTrade(number)).toEqual(reversed);
      expect(await gateway().reverseTrade(number)).toEqual(reversed);
      expect(await kit.stateOf(number)).toBe("closed");
      expect(await gateway().chargeCode(await newCharge(kit, { number }))).toMatchObject({
        kind: "refused",
        reason: "closed",
      });
    }
  });

  test("only charges are reversed, and only those that are known", async () => {
    expect(await gateway().reverseTrade(kit.newTrade().number)).toMatchObject({ kind: "refused", reason: "absent" });
    const native = kit.newTrade();
    await kit.open(native);
    expect(await gateway().reverseTrade(native.number)).toMatchObject({ kind: "refused", reason: "not_reversible" });
    expect(await kit.stateOf(native.number)).toBe("not_paid");
    expect(await gateway().chargeCode(await newCharge(kit, { number: native.number }))).toMatchObject({
      kind: "refused",
      reason: "number_used",
    });
  });

  test("a charge or a reversal whose answer was lost is found by its number", async () => {
    const charge = await newCharge(kit, { amountFen: fen(1) });
    await kit.world().loseNextAnswer("chargeCode");
    expect((await gateway().chargeCode(charge)).kind).toBe("unknown");
    expect(await kit.stateOf(charge.number)).toBe("paid");
    await kit.world().loseNextAnswer("reverseTrade");
    expect((await gateway().reverseTrade(charge.number)).kind).toBe("unknown");
    expect(await kit.stateOf(charge.number)).toBe("closed");
  });
}
