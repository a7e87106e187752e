import type { AdminText } from "#components/admin/text.ts";
import { fill } from "#components/pay/text.ts";
import type { ListedAudit } from "#lib/storage/audit-log.ts";

/** What somebody did, in a sentence's worth of words. */
export function auditTitle(
  { action, detail }: Pick<ListedAudit, "action" | "detail">,
  { audit, errors }: AdminText,
): string {
  const title = audit.actions[action] ?? action;
  const code = detail.failed;
  if (typeof code !== "string") return title;
  return title + fill(audit.failed, { why: errors.codes[code] ?? code });
}
