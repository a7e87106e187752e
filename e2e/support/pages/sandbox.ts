import { expect } from "@playwright/test";
import type { SandboxTrade } from "../crash/shop.ts";
import { product } from "../product.ts";

interface Payable {
  readonly codeUrl?: string;
  readonly prepayId?: string;
  readonly outTradeNo?: string;
  /** Pays what could not be paid any more. */
  readonly force?: boolean;
}

/** Pays, as a shopper with the sandbox's phone would. */
export const payInSandbox = (trade: Payable): Promise<unknown> => control("pay", { ...trade, outcome: "success" });

/** Pays as soon as the trade is there. */
export const payOnceOpen = (outTradeNo: string): Promise<void> =>
  expect
    .poll(() =>
      payInSandbox({ outTradeNo }).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);

/** Changes the sandbox's faults; what is not named stays. */
export const setFaults = (faults: object): Promise<unknown> => control("faults", faults);

/** The trades of one order: its own number, and those of its later attempts. */
export async function tradesOf(orderNumber: string): Promise<SandboxTrade[]> {
  const answer = await fetch(`${product.sandboxUrl}/control/trades`);
  const { trades }: { trades: SandboxTrade[] } = await answer.json();
  return trades.filter(({ outTradeNo }) => outTradeNo === orderNumber || outTradeNo.startsWith(`${orderNumber}-`));
}

async function control(call: string, body: object): Promise<unknown> {
  const answer = await fetch(`${product.sandboxUrl}/control/${call}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  expect(answer.status, JSON.stringify(said)).toBe(200);
  return said;
}
