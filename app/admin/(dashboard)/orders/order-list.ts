import type { ListCell, ListColumn, ListPage, ListRow } from "#components/admin/list/list-types.ts";
import { shortTime } from "#components/admin/moments.ts";
import { ORDER_TONES } from "#components/admin/status-badge.tsx";
import { amountText } from "#components/ui/amount.tsx";
import type { OrderView } from "#lib/contract/order.ts";
import { orderView } from "#lib/payment/index.ts";
import { listOrders } from "#lib/storage/orders/read-orders.ts";
import { type ListedStore, listStores } from "#lib/storage/tills/places.ts";
import { listsText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import type { AdminRequest } from "../../admin-request.ts";
import type { LookRequest } from "../../look-page.tsx";
import { narrowingOf, type OrdersFilter, queryOf, whereOf } from "./filter.ts";

export type TextAndLanguage = Pick<AdminRequest, "text" | "language">;

/** What is shown until somebody chooses otherwise. */
export const ORDER_COLUMNS_SHOWN = ["number", "what", "time", "amount", "status"] as const;

/** Every column that can be shown, in the order in which they stand. */
export function orderColumns({ text, language }: TextAndLanguage): readonly ListColumn[] {
  const { number, what, time, amount, status } = text.orders.columns;
  const more = listsText(language).orderColumns;
  return [
    { key: "number", label: number, card: "title", width: 190 },
    { key: "what", label: what, card: "body", width: 220 },
    { key: "items", label: more.items, width: 240 },
    { key: "note", label: more.note, width: 180 },
    { key: "time", label: time, card: "foot", width: 130 },
    { key: "paidAt", label: more.paidAt, width: 130 },
    { key: "total", label: more.total, align: "end", width: 110 },
    { key: "discount", label: more.discount, align: "end", width: 100 },
    { key: "amount", label: amount, align: "end", card: "figure", width: 120 },
    { key: "refunded", label: more.refunded, align: "end", width: 110 },
    { key: "status", label: status, card: "state", width: 110 },
    { key: "channel", label: more.channel, width: 110 },
    { key: "scene", label: more.scene, width: 100 },
    { key: "store", label: more.store, width: 120 },
    { key: "till", label: more.till, width: 120 },
    { key: "cashier", label: more.cashier, width: 100 },
    { key: "transaction", label: more.transaction, width: 250 },
  ];
}

/** One page of the list, the newest first. */
export async function readOrderPage(
  adminRequest: LookRequest,
  filter: OrdersFilter,
  { limit, columns }: { readonly limit: number; readonly columns: readonly string[] },
): Promise<ListPage> {
  const { look } = adminRequest;
  const namesPlaces = columns.includes("store") || columns.includes("till");
  const where = { ...whereOf(queryOf(filter, limit)), ...narrowingOf(filter), after: filter.cursor };
  const [found, stores] = await Promise.all([
    // One more than shown tells whether another page follows.
    listOrders(look.pool, { ...where, limit: limit + 1 }),
    namesPlaces ? listStores(look.pool) : [],
  ]);
  const rows = found.slice(0, limit).map((file) => rowOf(orderView(file, ""), { ...adminRequest, stores, columns }));
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

interface RowContext extends TextAndLanguage {
  readonly stores: readonly ListedStore[];
  readonly columns: readonly string[];
}

function rowOf(order: OrderView, { text, language, stores, columns }: RowContext): ListRow {
  const { orders } = text;
  const store = stores.find(({ code }) => code === order.storeCode);
  const till = store?.tills.find(({ code }) => code === order.tillCode);
  const scenes: Readonly<Record<string, string>> = sceneText(language).names;
  const { note } = order.metadata;
  const cells: Readonly<Record<string, ListCell | undefined>> = {
    number: { text: order.outTradeNo },
    what: { text: order.description },
    items: said(order.items.map(({ name, quantity }) => (quantity === 1 ? name : `${name} ×${quantity}`)).join("; ")),
    note: said(note),
    time: timed(order.createdAt, language),
    paidAt: order.paidAt === null ? undefined : timed(order.paidAt, language),
    total: { text: amountText(order.amountTotal) },
    discount: order.amountDiscount === 0 ? undefined : { text: `−${amountText(order.amountDiscount)}` },
    amount: { text: amountText(order.amountDue), strong: true },
    refunded: order.amountRefunded === 0 ? undefined : { text: amountText(order.amountRefunded) },
    status: { text: orders.statuses[order.status], badge: ORDER_TONES[order.status] },
    channel: order.channel === null ? undefined : { text: orders.channels[order.channel] },
    scene: order.scene === null ? undefined : { text: scenes[order.scene] ?? order.scene },
    store: said(store?.name ?? order.storeCode),
    till: said(till?.name ?? order.tillCode),
    cashier: said(order.cashier?.name),
    transaction: said(order.transactionId),
  };
  return { id: order.id, href: `/admin/orders/${order.id}`, at: order.createdAt, cells: chosen(cells, columns) };
}

const said = (text: unknown): ListCell | undefined => (typeof text === "string" && text !== "" ? { text } : undefined);

const timed = (at: string, language: AdminRequest["language"]): ListCell => ({
  text: shortTime(at, language),
  time: at,
});

/** Only what is shown travels. */
export const chosen = (
  cells: Readonly<Record<string, ListCell | undefined>>,
  columns: readonly string[],
): Readonly<Record<string, ListCell>> =>
  Object.fromEntries(
    Object.entries(cells).filter(
      (entry): entry is [string, ListCell] => entry[1] !== undefined && columns.includes(entry[0]),
    ),
  );
