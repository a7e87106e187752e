import { AppError } from "#lib/base/app-error.ts";
import { type Fen, fen, ZERO_FEN } from "#lib/base/fen.ts";
import { stateMachine } from "#lib/base/state-machine.ts";
import type { OrderRequest } from "#lib/contract/order-request.ts";
import type { PromotionTerms } from "#lib/contract/promotions.ts";
import type { KeptSceneDetail, Scene } from "#lib/contract/scene.ts";

export type OrderStatus = "pending" | "paid" | "closed";

/** The public statuses `partially_refunded` and `refunded` are derived from the settling attempt (views.ts), not stored. */
export const orderMachine = stateMachine<OrderStatus>({
  name: "order",
  initial: "pending",
  moves: {
    pending: ["paid", "closed"],
    // Accepting a late payment is the one way out of closed.
    closed: ["paid"],
    paid: [],
  },
});

export interface OrderItem {
  readonly id: string;
  readonly name: string;
  readonly sku: string | null;
  readonly category: string | null;
  readonly unitFen: Fen;
  readonly quantity: number;
  readonly discountFen: Fen;
}

export interface OrderDiscount {
  readonly id: string;
  readonly name: string;
  readonly amountFen: Fen;
  /** Of an order from before there were terms, which held the sentence itself. */
  readonly reason: string | null;
  readonly terms?: PromotionTerms | undefined;
  /** The code it was had with. */
  readonly code?: string | undefined;
}

/** Where and by whom an order was made. A till is one of its store, and a cashier works at a till. */
export interface OrderPlace {
  readonly store: { readonly id: string; readonly code: string };
  readonly till: { readonly id: string; readonly code: string } | null;
  readonly cashier: { readonly id: string; readonly name: string } | null;
}

/** What the shop says of its order, stored as it was given and never changed. A new field of this kind is named here once. */
export const GIVEN_FIELDS = ["returnUrl", "shopperId", "goodsTag"] as const satisfies readonly (keyof OrderRequest)[];
type GivenField = (typeof GIVEN_FIELDS)[number];
export type GivenFields = { readonly [Field in GivenField]: NonNullable<OrderRequest[Field]> | null };

/** What is to be paid, as stored. `dueFen = totalFen − discountFen ≥ 1`. */
export interface Order extends GivenFields {
  readonly id: string;
  readonly outTradeNo: string;
  readonly status: OrderStatus;
  /** Grows by one with every change; what watchers compare. */
  readonly version: number;
  readonly totalFen: Fen;
  readonly discountFen: Fen;
  readonly dueFen: Fen;
  readonly description: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly discounts: readonly OrderDiscount[];
  readonly scene: string | null;
  /** Why; null where the decision failed, or for an order from before there was one. */
  readonly sceneDetail?: KeptSceneDetail | null;
  /** Null where none was given. */
  readonly place: OrderPlace | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly paidAt: Date | null;
  readonly closedAt: Date | null;
  /** When a page or call of this order was last used; decides how often WeChat is asked. */
  readonly seenAt: Date | null;
}

interface NewOrderTerms {
  readonly id: string;
  readonly outTradeNo: string;
  readonly totalFen: Fen;
  readonly description: string;
  readonly metadata: Order["metadata"];
  readonly given?: Partial<Pick<OrderRequest, GivenField>>;
  readonly place?: OrderPlace | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** An order as it begins: at its full price, with nothing decided. */
export const newOrder = ({ given = {}, place = null, ...terms }: NewOrderTerms): Order => ({
  ...terms,
  ...givenFields(given),
  place,
  status: "pending",
  version: 1,
  discountFen: ZERO_FEN,
  dueFen: terms.totalFen,
  discounts: [],
  scene: null,
  paidAt: null,
  closedAt: null,
  seenAt: null,
});

const givenFields = (given: NonNullable<NewOrderTerms["given"]>): GivenFields =>
  Object.fromEntries(GIVEN_FIELDS.map((field) => [field, given[field] ?? null])) as unknown as GivenFields;

/** What an order is for, and why we think so. */
export interface DecidedScene {
  readonly scene: Scene;
  readonly detail: KeptSceneDetail;
}

export const isExpired = (order: Pick<Order, "expiresAt">, now: Date): boolean =>
  now.getTime() >= order.expiresAt.getTime();

export const orderNotFound = (): AppError => new AppError("not_found", "there is no such order");

/** @throws AppError `order_not_payable` */
export function requirePayable(order: Order, now: Date): void {
  if (order.status === "pending" && !isExpired(order, now)) return;
  const why = order.status === "paid" ? "it is paid" : "it is closed or has expired";
  throw new AppError("order_not_payable", `the order cannot be paid: ${why}`);
}

interface ItemIds {
  make(kind: "item"): string;
}

/** The items as they are stored, at their full price. */
export const draftItems = (ids: ItemIds, items: OrderRequest["items"]): OrderItem[] =>
  items.map((item) => ({
    id: ids.make("item"),
    name: item.name,
    sku: item.sku ?? null,
    category: item.category ?? null,
    unitFen: unitFen(item),
    quantity: item.quantity,
    discountFen: ZERO_FEN,
  }));

/** The schema has seen to it that exactly one of the two is there. */
const unitFen = (item: OrderRequest["items"][number]): Fen => fen(item.price ?? item.unitAmount ?? 0);
