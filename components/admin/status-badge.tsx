import type { OrderView } from "#lib/contract/order.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { Badge } from "../ui/badge.tsx";

export const ORDER_TONES = {
  pending: "warn",
  paid: "brand",
  partially_refunded: "plain",
  refunded: "plain",
  closed: "plain",
} as const;
export const REFUND_TONES = { pending: "warn", succeeded: "brand", abnormal: "warn", closed: "plain" } as const;

export const OrderBadge = ({ status, text }: { status: OrderView["status"]; text: AdminText }) => (
  <Badge tone={ORDER_TONES[status]}>{text.orders.statuses[status]}</Badge>
);

export const RefundBadge = ({ status, text }: { status: RefundView["status"]; text: AdminText }) => (
  <Badge tone={REFUND_TONES[status]}>{text.refunds.statuses[status]}</Badge>
);
