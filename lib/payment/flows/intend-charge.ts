import { CHECK_RETRY_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, freeNumber, isLive, liveAttempt } from "../domain/attempt.ts";
import type { Order } from "../domain/order.ts";
import type { Gateway } from "../ports.ts";
import type { LockedOrder, Tx } from "../store-port.ts";
import { orderNotFound, refuseWhileCharged } from "./read-orders.ts";
import { requirePayable } from "./start-payment.ts";

export interface Charging {
  readonly orderId: string;
  /** Keyed hash of the code: the code itself is nowhere kept. */
  readonly codeRef: string;
}

/** What a charge found: its own new attempt, that of an earlier call with this code, or a trade that has to end first. */
export interface Intended {
  readonly kind: "to_charge" | "joined" | "ended" | "in_the_way";
  readonly order: Order;
  readonly attempt: Attempt;
}

/** Under the order's lock. A code that was tried before is never sent again: the call learns what became of it. */
export function intendCharge(deps: Deps, gateway: Gateway, { orderId, codeRef }: Charging): Promise<Intended> {
  return deps.store.transaction(async (tx): Promise<Intended> => {
    const locked = await tx.lockOrder(orderId);
    if (locked === null) throw orderNotFound();
    const { order, attempts } = locked;
    const before = attempts.findLast((one) => one.payerRef === codeRef);
    if (before !== undefined) return { kind: isLive(before) ? "joined" : "ended", order, attempt: before };
    requirePayable(order, deps.clock.now());
    refuseWhileCharged(attempts);
    const live = liveAttempt(attempts);
    if (live !== undefined) return { kind: "in_the_way", order, attempt: live };
    return { kind: "to_charge", order, attempt: await insert(deps, tx, { locked, gateway, codeRef }) };
  });
}

interface Drafting {
  readonly locked: LockedOrder;
  readonly gateway: Gateway;
  readonly codeRef: string;
}

async function insert(deps: Deps, tx: Tx, { locked, gateway, codeRef }: Drafting): Promise<Attempt> {
  const { order, attempts } = locked;
  const now = deps.clock.now();
  const next = (attempts.at(-1)?.sequence ?? 0) + 1;
  const free = await freeNumber(order.outTradeNo, next, (number) => tx.isNumberTaken(number, order.id));
  const id = deps.ids.make("attempt");
  await tx.insertAttempt({
    ...{ id, orderId: order.id, ...free, accountId: gateway.accountId, channel: "codepay" },
    ...{ dueFen: order.dueFen, payerRef: codeRef, checkAt: addMs(now, CHECK_RETRY_MS), createdAt: now },
  });
  const after = await tx.lockOrder(order.id);
  const attempt = after?.attempts.find((one) => one.id === id);
  if (attempt === undefined) throw new Error("what was just written is not there");
  return attempt;
}
