import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { ExtraMoneyPolicy, Gateways, Ids, PayerHash } from "./ports/gateway.ts";
import type { Store } from "./ports/store.ts";

/** Everything a flow may use. */
export interface Deps {
  readonly store: Store;
  readonly gateways: Gateways;
  readonly clock: Clock;
  /** Waits between two queries. @returns false if the process is ending: stop waiting */
  readonly pause?: (ms: number) => Promise<boolean>;
  readonly ids: Ids;
  readonly log: Log;
  readonly hashPayer: PayerHash;
  /** Keyed digest of at least 8 bytes, from which random reductions are drawn. */
  readonly hashDraw: (text: string) => Uint8Array;
  /** Builds the address of an order's pay page. */
  readonly payUrl: (orderId: string) => string;
  /** Asked at each sweep; without it a person decides. */
  readonly extraMoney?: () => Promise<ExtraMoneyPolicy>;
  /** How long a page waits for its optional offers; tests, on a machine that may be busy, wait longer. */
  readonly offerTimeoutMs?: number;
}
