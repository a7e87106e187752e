/** Sums of takings, of whatever stretch of time and part of the shop. Amounts in fen. */
export interface TakingsSums {
  /** Orders made then, and what became of them by now. */
  readonly orders: number;
  readonly ordersPaid: number;
  readonly ordersClosed: number;
  /** Payments that settled their order, by when they were made. */
  readonly payments: number;
  /** Before refunds and fees. */
  readonly paid: number;
  /** What offers took off these payments, and how many had any. */
  readonly discount: number;
  readonly discounted: number;
  /** Given back of payments that count as paid, by when it was given back. */
  readonly refunds: number;
  readonly refunded: number;
  /** Given back of money that settled no order, which was never counted as paid. */
  readonly otherRefunds: number;
  readonly otherRefunded: number;
}

const NOTHING: TakingsSums = {
  ...{ orders: 0, ordersPaid: 0, ordersClosed: 0, payments: 0, paid: 0, discount: 0, discounted: 0 },
  ...{ refunds: 0, refunded: 0, otherRefunds: 0, otherRefunded: 0 },
};
const NAMES = Object.keys(NOTHING) as (keyof TakingsSums)[];

export const addTakings = (all: Iterable<TakingsSums>): TakingsSums =>
  [...all].reduce((sum, each) => {
    const added = NAMES.map((name) => [name, sum[name] + each[name]]);
    return Object.fromEntries(added) as unknown as TakingsSums;
  }, NOTHING);

/** Takings less refunds of them; fees are not known before the bill. */
export const netOf = ({ paid, refunded }: TakingsSums): number => paid - refunded;

/** Everything that was given back, as the list of refunds shows it. */
export const givenBack = ({ refunded, otherRefunded }: TakingsSums): number => refunded + otherRefunded;

/** Of the orders that came to an end, how many were paid; null while none did. */
export const successOf = ({ ordersPaid, ordersClosed }: TakingsSums): number | null =>
  ordersPaid + ordersClosed === 0 ? null : ordersPaid / (ordersPaid + ordersClosed);
