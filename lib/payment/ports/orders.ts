import type { Order, OrderItem } from "../domain/order.ts";
import type { DecisionDraft } from "../domain/price-cart.ts";

// What making an order takes, and what comes of it.

/** What the edge wants remembered in the very statement that does the work: the first answer under this key. */
export interface Once {
  readonly apiKeyId: string;
  readonly key: string;
  /** Digest of method, path and body. */
  readonly digest: Uint8Array;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

export type KeepResult =
  | { readonly kind: "kept" }
  | { readonly kind: "replayed"; readonly answer: KeptAnswer }
  | { readonly kind: "key_used_differently" }
  | { readonly kind: "under_way" };

export type FoundAnswer = Exclude<KeepResult, { kind: "kept" }> | { readonly kind: "absent" };

export interface NewOrder {
  readonly order: Order;
  readonly items: readonly OrderItem[];
}

export type CreateResult =
  | { readonly kind: "created" }
  | Exclude<KeepResult, { kind: "kept" }>
  | { readonly kind: "number_taken" };

export interface CreateOptions {
  /** Makes nothing where there are promotions that need no code. */
  readonly unlessPromoted?: boolean;
  /** Why the order has no discount. */
  readonly decision?: DecisionDraft;
}

/** The order has to be priced first. */
export interface Promoted {
  readonly kind: "promoted";
}
