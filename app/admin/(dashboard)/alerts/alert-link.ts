import type { ListedAlert } from "#lib/storage/operations/alerts.ts";

/** What only an owner can do something about, at the people's page. */
export const ABOUT_PEOPLE: readonly ListedAlert["kind"][] = ["passkey_suspended", "recovery_code_used"];

/** Where something can be done about it; null where the alert itself says all. */
export function alertLink({ kind, orderId, detail }: ListedAlert): string | null {
  if (orderId !== null) return `/admin/orders/${orderId}`;
  if (kind === "bill_differences" || kind === "bill_missing") return `/admin/reconciliation/${detail.day}`;
  if (ABOUT_PEOPLE.includes(kind)) return "/admin/settings/users";
  if (kind.startsWith("health_")) return "/admin/settings/doctor";
  if (kind === "channel_failing" || kind === "channel_disabled")
    return `/admin/settings/notifications/${detail.channelId}`;
  if (kind === "receipt_mail_failing") return "/admin/settings/notifications#receipts";
  return typeof detail.link === "string" && detail.link.startsWith("/admin/") ? detail.link : null;
}
