import type { ListCell, ListColumn, ListPage, ListRow } from "#components/admin/list/list-types.ts";
import { shortTime } from "#components/admin/moments.ts";
import { REFUND_TONES } from "#components/admin/status-badge.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { isId } from "#lib/base/ids.ts";
import { type ListedRefund, listRefunds } from "#lib/storage/refunds/list-refunds.ts";
import { approvalsText, listsText } from "#lib/texts/admin.ts";
import type { LookRequest } from "../../look-page.tsx";
import { chosen, type TextAndLanguage } from "../orders/order-list.ts";
import { type REFUND_CHOICES, refundFilterOf } from "./filter.ts";

export const REFUND_COLUMNS_SHOWN = ["number", "order", "time", "amount", "status"] as const;

export function refundColumns({ text, language }: TextAndLanguage): readonly ListColumn[] {
  const { number, order, time, amount, status } = text.refunds.columns;
  const more = listsText(language).refundColumns;
  return [
    { key: "number", label: number, card: "body", width: 230 },
    { key: "order", label: order, card: "title", width: 190 },
    { key: "reason", label: more.reason, width: 180 },
    { key: "time", label: time, card: "foot", width: 130 },
    { key: "succeededAt", label: more.succeededAt, width: 130 },
    { key: "amount", label: amount, align: "end", card: "figure", width: 120 },
    { key: "status", label: status, card: "state", width: 160 },
    { key: "wechat", label: more.wechat, width: 250 },
  ];
}

/** One page of the list, the newest first. */
export async function readRefundPage(
  adminRequest: LookRequest,
  search: Readonly<Record<string, string>>,
  { limit, columns }: { readonly limit: number; readonly columns: readonly string[] },
): Promise<ListPage> {
  const after = isId("refund", search.cursor ?? "") ? search.cursor : undefined;
  const { filter } = refundFilterOf(search);
  const found = await listRefunds(adminRequest.look.pool, {
    ...filter,
    ...(after === undefined ? {} : { after }),
    limit: limit + 1,
  });
  const rows = found.slice(0, limit).map((refund) => rowOf(refund, adminRequest, columns));
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

/** What the list can be narrowed to, in words. */
export const refundChoiceName =
  ({ text, language }: TextAndLanguage) =>
  (choice: (typeof REFUND_CHOICES)[number]): string =>
    choice === "awaiting" ? approvalsText(language).waiting : text.refunds.statuses[choice];

function rowOf(refund: ListedRefund, { text, language }: TextAndLanguage, columns: readonly string[]): ListRow {
  const isWaiting = refund.status === "awaiting_approval";
  const { status: state } = refund;
  const status = state === "succeeded" || state === "abnormal" || state === "closed" ? state : "pending";
  const note = refund.failure === null ? undefined : text.refunds.failures[refund.failure];
  const timed = (at: Date): ListCell => ({ text: shortTime(at, language), time: at.toISOString() });
  const cells: Readonly<Record<string, ListCell | undefined>> = {
    number: { text: refund.number },
    order: { text: refund.outTradeNo },
    reason: refund.reason === null ? undefined : { text: refund.reason },
    time: timed(refund.createdAt),
    succeededAt: refund.succeededAt === null ? undefined : timed(refund.succeededAt),
    amount: { text: amountText(refund.amount), strong: true },
    status: {
      text: isWaiting ? approvalsText(language).waiting : text.refunds.statuses[status],
      badge: REFUND_TONES[status],
      ...(note === undefined ? {} : { note }),
    },
    wechat: refund.wechatRefundId === null ? undefined : { text: refund.wechatRefundId },
  };
  return {
    id: refund.id,
    href: `/admin/orders/${refund.orderId}`,
    at: refund.createdAt.toISOString(),
    cells: chosen(cells, columns),
  };
}
