import type { ListedAudit } from "#lib/storage/operations/audit-log.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

/** The title of an audit entry. */
export function auditTitle(
  { action, detail, times }: Pick<ListedAudit, "action" | "detail" | "times">,
  { audit, errors }: AdminText,
): string {
  const title = (audit.actions[action] ?? action) + (times > 1 ? ` ×${times}` : "");
  const code = detail.failed;
  if (typeof code !== "string") return title;
  return title + fill(audit.failed, { why: errors.codes[code] ?? code });
}

/** What it was about. For a person the e-mail address is shown instead of the id; for a sign-in also the client's address. */
export function auditSubject({ subject, detail }: Pick<ListedAudit, "subject" | "detail">): string {
  return [detail.email ?? subject, detail.address].filter((part) => part != null && part !== "").join(" · ");
}

/** Who did it: a person by their e-mail address, a cashier by their name, a program by its name, an API key by its id. */
export const auditActor = ({ actor }: Pick<ListedAudit, "actor">, text: AdminText): string => actorName(actor, text);

/** The same for a name that stands alone. */
export function actorName(actor: string, { audit }: AdminText): string {
  const cashier = /^cashier:(.*) \(csh_\w+\)$/.exec(actor)?.[1];
  if (cashier !== undefined) return fill(audit.cashier, { name: cashier });
  const key = /^(?:key:)?(key_\w+)$/.exec(actor)?.[1];
  return key === undefined ? (audit.actors[actor] ?? actor) : fill(audit.apiKey, { id: key });
}
