import type { ActionState } from "#components/admin/action-state.ts";
import type { CounterOrder } from "#lib/contract/counter.ts";

/** What an action of the counter answers: its message, and the order as it is afterwards. */
export interface CounterResult extends ActionState {
  readonly order?: CounterOrder;
  /** What became of a charge. */
  readonly charge?: "paid" | "pending" | "declined";
}

type CounterAction = (form: FormData) => Promise<CounterResult>;

/** The server's side of the counter. Each action may be sent again: it does its work once. */
export interface CounterActions {
  /** `token`, `sale` as JSON, `way`: makes the order of a sale, and its QR code where that is wanted. */
  readonly place: CounterAction;
  /** `orderId`: the QR code of an order that is there. */
  readonly showCode: CounterAction;
  /** `orderId`, `authCode`, `again`: charges the code, or asks what became of its charge. */
  readonly charge: CounterAction;
  /** `orderId` */
  readonly close: CounterAction;
  /** `orderId`, `token`: gives back all of it. */
  readonly undo: CounterAction;
  /** `orderId`, or none: what the customer display shows. */
  readonly show: CounterAction;
  /** `orderId`; left out where the till has no printer. */
  readonly print?: CounterAction;
  /** `settings` as JSON. */
  readonly keepSettings: CounterAction;
}
