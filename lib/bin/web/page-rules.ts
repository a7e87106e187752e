import { COLLECTION_FORM_BYTES_MAX } from "#lib/base/collection-limits.ts";
import { ACTION_BODY_BYTES_MAX, PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";

/** The methods and the longest body that a page answered by Next allows. */
export interface PageRule {
  /** HEAD and OPTIONS follow from these. */
  readonly methods: readonly ("GET" | "POST")[];
  readonly bodyBytesMax: number;
  /** Its posts are server actions. */
  readonly hasActions: boolean;
}

const PAGE: PageRule = { methods: ["GET"], bodyBytesMax: PAGE_BODY_BYTES_MAX, hasActions: false };
const FORM: PageRule = { methods: ["POST"], bodyBytesMax: PAGE_BODY_BYTES_MAX, hasActions: false };
const COLLECTION_FORM: PageRule = { ...FORM, bodyBytesMax: COLLECTION_FORM_BYTES_MAX };
const DASHBOARD: PageRule = { methods: ["GET", "POST"], bodyBytesMax: ACTION_BODY_BYTES_MAX, hasActions: true };

/** For addresses that are not listed: Next answers its own 404 and gets no longer body than a form has. */
export const UNKNOWN_PAGE: PageRule = {
  methods: ["GET", "POST"],
  bodyBytesMax: PAGE_BODY_BYTES_MAX,
  hasActions: false,
};

/** Addresses below /admin are pages with actions unless they are listed. A test compares the list with app/. */
const PAGE_RULES: readonly (readonly [path: string, rule: PageRule])[] = [
  ["/", PAGE],
  ["/pay/{orderId}", PAGE],
  ["/pay/{orderId}/receipt", PAGE],
  ["/pay/{orderId}/receipt/mail", FORM],
  ["/pay/{orderId}/link.png", PAGE],
  ["/pay/{orderId}/again", FORM],
  ["/pay/{orderId}/check", FORM],
  ["/pay/{orderId}/code", FORM],
  ["/pay/{orderId}/display", FORM],
  ["/pay/{orderId}/h5", FORM],
  ["/pay/{orderId}/offers", FORM],
  ["/c/{code}", PAGE],
  ["/c/{code}/order", COLLECTION_FORM],
  ["/c/{code}/display", FORM],
  ["/shop/basket", FORM],
  ["/shop/order", FORM],
  ["/shop/quote", PAGE],
  ["/admin/counter/changes", PAGE],
  ["/admin/counter/day", PAGE],
  ["/admin/counter/display/view", PAGE],
  ["/admin/counter/orders/{orderId}", PAGE],
  ["/admin/counter/paid", PAGE],
  ["/admin/orders/pulse", PAGE],
  ["/admin/orders/{orderId}/pulse", PAGE],
  ["/admin/orders/{orderId}/messages/{messageId}", PAGE],
  ["/admin/orders/rows", PAGE],
  ["/admin/refunds/rows", PAGE],
  ["/admin/settings/backups/pulse", PAGE],
  ["/admin/collection-codes/{codeId}/poster", PAGE],
  ["/admin/promotions/{promotionId}/codes/export.csv", PAGE],
  ["/admin/promotions/{promotionId}/codes/qr/picture", PAGE],
  ["/admin/reconciliation/{day}/differences.csv", PAGE],
  ["/admin/trends/table.csv", PAGE],
  ["/admin/shifts/export.csv", PAGE],
  ["/admin/orders/export.csv", PAGE],
  ["/admin/orders/export.xlsx", PAGE],
  ["/admin/refunds/export.csv", PAGE],
  ["/admin/refunds/export.xlsx", PAGE],
  ["/admin/statements/{month}/export.csv", PAGE],
  ["/admin/statements/{month}/export.xlsx", PAGE],
  ["/admin/statements/{month}/statement.pdf", PAGE],
];

const PATTERNS = PAGE_RULES.map(
  ([path, rule]) => [new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`), rule] as const,
);
const IN_DASHBOARD = /^\/admin(?:\/|$)/;

export function pageRuleOf(path: string): PageRule {
  const known = PATTERNS.find(([pattern]) => pattern.test(path));
  return known?.[1] ?? (IN_DASHBOARD.test(path) ? DASHBOARD : UNKNOWN_PAGE);
}

export const allowOf = ({ methods }: Pick<PageRule, "methods">): string =>
  [...methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])), "OPTIONS"].join(", ");

/** Whether the page allows this method; HEAD counts as GET. */
export const takesMethod = ({ methods }: PageRule, method: string): boolean =>
  methods.some((each) => each === (method === "HEAD" ? "GET" : method));
