import type { KnownReceiptMail } from "#lib/storage/notifications/receipt-mails.ts";
import type { NotificationsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

/** A receipt by e-mail in a line: where to, masked, and what became of it. */
export function receiptMailTitle(
  { shown, status }: Pick<KnownReceiptMail, "shown" | "status">,
  { mailTitle }: { readonly mailTitle: string },
  { page }: NotificationsText,
): string {
  const states: Readonly<Record<string, string>> = page.deliveries;
  return fill(mailTitle, { address: shown, state: states[status] ?? status });
}
