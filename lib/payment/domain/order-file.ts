import type { Attempt } from "./attempt.ts";
import type { Order, OrderItem } from "./order.ts";

/** An order with all that hangs on it. */
export interface OrderFile {
  readonly order: Order;
  readonly items: readonly OrderItem[];
  /** In the order of their sequence. */
  readonly attempts: readonly Attempt[];
}

/** What the price of an order was made for. */
export interface OrderPricing {
  /** Optional promotions the shopper has. */
  readonly offers: readonly string[];
  /** Null: for any channel. */
  readonly channel: string | null;
  /** Whether some promotion looks at the channel. */
  readonly looksAtChannel: boolean;
}

/** An order with all that its page begins with, as it was at one moment. */
export interface OrderSnapshot extends OrderFile {
  readonly pricing: OrderPricing;
  /** It has optional offers, or there are some, or promotions that look at the channel, that it might have. */
  readonly mayHaveOffers: boolean;
  /** The shop has promotions that a shopper may have a code for. */
  readonly takesCodes: boolean;
}

/** An order locked for the length of a transaction; items are read only where they are needed. */
export interface LockedOrder {
  readonly order: Order;
  /** In the order of their sequence. */
  readonly attempts: readonly Attempt[];
  /** What the order's price was made for. */
  readonly pricing: OrderPricing;
}
