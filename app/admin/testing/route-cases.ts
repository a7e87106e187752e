import type { Allowed } from "./callers.ts";

export interface RouteCase {
  readonly allowed: Allowed;
  readonly params?: Readonly<Record<string, string | { readonly sql: string }>>;
  readonly query?: string;
  /** What those who may are answered; 200 unless said otherwise. */
  readonly status?: number;
  /** What a cashier is answered about what belongs to no till of theirs. */
  readonly statusAtTill?: number;
  /** A file, which asks for the second factor once more. */
  readonly isFile?: true;
}

const ORDER = { sql: "select id from orders where status = 'pending' order by id limit 1" };

/** Every route of the dashboard and the counter that is no page, by its file below app/admin: who may read it, and where it has something. */
export const ROUTE_CASES: Readonly<Record<string, RouteCase>> = {
  "(dashboard)/orders/pulse/route.ts": { allowed: "orders.read" },
  "(dashboard)/orders/rows/route.ts": { allowed: "orders.read" },
  "(dashboard)/orders/[orderId]/pulse/route.ts": { allowed: "orders.read", params: { orderId: ORDER } },
  "(dashboard)/orders/[orderId]/messages/[messageId]/route.ts": {
    ...{ allowed: "orders.messages", params: { orderId: ORDER, messageId: "1" }, status: 404 },
  },
  "(dashboard)/orders/export.csv/route.ts": { allowed: "orders.export", isFile: true },
  "(dashboard)/orders/export.xlsx/route.ts": { allowed: "orders.export", isFile: true },
  "(dashboard)/refunds/rows/route.ts": { allowed: "orders.read" },
  "(dashboard)/refunds/export.csv/route.ts": { allowed: "orders.export", isFile: true },
  "(dashboard)/refunds/export.xlsx/route.ts": { allowed: "orders.export", isFile: true },
  "(dashboard)/statements/[month]/export.csv/route.ts": {
    ...{ allowed: "orders.export", params: { month: "2026-06" }, isFile: true },
  },
  "(dashboard)/statements/[month]/export.xlsx/route.ts": {
    ...{ allowed: "orders.export", params: { month: "2026-06" }, isFile: true },
  },
  "(dashboard)/statements/[month]/statement.pdf/route.ts": {
    ...{ allowed: "orders.export", params: { month: "2026-06" }, isFile: true },
  },
  "(dashboard)/trends/table.csv/route.ts": { allowed: "orders.read", isFile: true },
  "(dashboard)/reconciliation/[day]/differences.csv/route.ts": {
    ...{ allowed: "reconciliation.read", params: { day: "2026-06-01" }, isFile: true },
  },
  "(dashboard)/shifts/export.csv/route.ts": { allowed: "stores.read", isFile: true },
  "(dashboard)/settings/backups/pulse/route.ts": { allowed: "upkeep.read" },
  "(dashboard)/promotions/[promotionId]/codes/export.csv/route.ts": {
    ...{ allowed: "promotions.write", params: { promotionId: "ten-off" }, isFile: true },
  },
  "(dashboard)/promotions/[promotionId]/codes/qr/picture/route.ts": {
    ...{ allowed: "promotions.read", params: { promotionId: "by-code" }, query: "?code=open%20sesame&form=png" },
  },
  "(dashboard)/collection-codes/[codeId]/poster/route.ts": {
    ...{ allowed: "collection.read", params: { codeId: { sql: "select id from collection_codes limit 1" } } },
  },
  "(counter)/counter/day/route.ts": { allowed: "counter: history" },
  "(counter)/counter/orders/[orderId]/route.ts": {
    ...{ allowed: "counter: charge", params: { orderId: ORDER }, statusAtTill: 404 },
  },
  // A till speaks, and its display shows, while it is locked.
  "(counter)/counter/changes/route.ts": { allowed: "a till or orders.read" },
  "(counter)/counter/paid/route.ts": { allowed: "a till or orders.read" },
  "(fullscreen)/counter/display/view/route.ts": { allowed: "a till or orders.read" },
};
