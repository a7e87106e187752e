import { COLLECTION_FORM_BYTES_MAX } from "#lib/base/collection-limits.ts";
import { ACTION_BODY_BYTES_MAX, PAGE_BODY_BYTES_MAX } from "#lib/base/web-limits.ts";

/** What an address that Next answers takes. */
export interface PageDoor {
  /** Without HEAD and OPTIONS, which follow from them. */
  readonly methods: readonly ("GET" | "POST")[];
  readonly bodyBytesMax: number;
  /** Its posts are server actions. */
  readonly hasActions: boolean;
}

const PAGE: PageDoor = { methods: ["GET"], bodyBytesMax: PAGE_BODY_BYTES_MAX, hasActions: false };
const FORM: PageDoor = { methods: ["POST"], bodyBytesMax: PAGE_BODY_BYTES_MAX, hasActions: false };
const COLLECTION_FORM: PageDoor = { ...FORM, bodyBytesMax: COLLECTION_FORM_BYTES_MAX };
const DASHBOARD: PageDoor = { methods: ["GET", "POST"], bodyBytesMax: ACTION_BODY_BYTES_MAX, hasActions: true };

/** Next answers what is not listed here with its own 404, and gets no more of a body than a form has. */
export const UNKNOWN_DOOR: PageDoor = {
  methods: ["GET", "POST"],
  bodyBytesMax: PAGE_BODY_BYTES_MAX,
  hasActions: false,
};

/** Addresses below /admin are pages with actions unless they are listed. A test compares the list with app/. */
const DOORS: readonly (readonly [path: string, door: PageDoor])[] = [
  ["/", PAGE],
  ["/pay/{orderId}", PAGE],
  ["/pay/{orderId}/link.png", PAGE],
  ["/pay/{orderId}/check", FORM],
  ["/pay/{orderId}/display", FORM],
  ["/pay/{orderId}/h5", FORM],
  ["/pay/{orderId}/offers", FORM],
  ["/c/{code}", PAGE],
  ["/c/{code}/order", COLLECTION_FORM],
  ["/shop/basket", FORM],
  ["/shop/order", FORM],
  ["/shop/quote", PAGE],
  ["/admin/orders/pulse", PAGE],
  ["/admin/orders/{orderId}/pulse", PAGE],
  ["/admin/collection-codes/{codeId}/poster", PAGE],
  ["/admin/reconciliation/{day}/differences.csv", PAGE],
];

const PATTERNS = DOORS.map(([path, door]) => [new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`), door] as const);
const IN_DASHBOARD = /^\/admin(?:\/|$)/;

export function pageDoorOf(path: string): PageDoor {
  const known = PATTERNS.find(([pattern]) => pattern.test(path));
  return known?.[1] ?? (IN_DASHBOARD.test(path) ? DASHBOARD : UNKNOWN_DOOR);
}

export const allowOf = ({ methods }: Pick<PageDoor, "methods">): string =>
  [...methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])), "OPTIONS"].join(", ");

/** Whether the address has this method; a HEAD is a GET without its body. */
export const takesMethod = ({ methods }: PageDoor, method: string): boolean =>
  methods.some((each) => each === (method === "HEAD" ? "GET" : method));
