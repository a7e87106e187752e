import { notificationsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../admin-request.ts";

/** A message to people in a few words, for lists of what was sent. */
export function notificationTitle(
  { kind, recovered }: { readonly kind: string; readonly recovered: boolean },
  { language, text }: Pick<AdminRequest, "language" | "text">,
): string {
  const { events, message } = notificationsText(language);
  const approvals: Readonly<Record<string, { readonly title: string }>> = message.approvals;
  const own: Readonly<Record<string, string>> = { ...events, ...message.account.kinds, test: message.testTitle };
  const title = approvals[kind]?.title ?? own[kind] ?? text.alerts.kinds[kind]?.[0] ?? kind;
  return recovered ? fill(message.recovered, { title }) : title;
}
