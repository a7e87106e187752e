import { type CheckName, type Finding, unknown } from "#lib/base/finding.ts";
import { say } from "#lib/texts/sentence.ts";

const NEED_DATABASE = [
  ...([
    "proxy",
    "migrations",
    "database_settings",
    "master_key",
    "worker",
    "sweeps",
    "webhooks",
    "backups",
    "ledger",
    "last_notify",
  ] as const),
];

/** A failed check → the checks that cannot be judged while it fails. */
const FOLLOWS: readonly (readonly [cause: CheckName, ...consequences: CheckName[]])[] = [
  ["dns", "connection", "clock", "signed_call", "answer_verified", "api_v2_key", "notify_echo", "app_secret"],
  ["connection", "clock", "signed_call", "answer_verified", "api_v2_key", "notify_echo"],
  ["clock", "private_key", "signed_call", "answer_verified", "notify_echo"],
  ["private_key", "signed_call", "answer_verified", "notify_echo"],
  ["merchant_certificate", "signed_call", "answer_verified", "notify_echo"],
  [
    "merchant_number",
    "private_key",
    "merchant_certificate",
    "api_v2_key",
    "signed_call",
    "answer_verified",
    "notify_echo",
  ],
  ["wechatpay_key", "signed_call", "answer_verified", "notify_echo"],
  ["signed_call", "answer_verified", "notify_echo"],
  ["answer_verified", "notify_echo"],
  ["app", "app_secret"],
  ["notify_url", "notify_door", "notify_echo"],
  ["notify_door", "notify_echo"],
  ["environment", "database", "pay_page", ...NEED_DATABASE],
  // A pooler that refuses us is no database that is away.
  ["database_connections", "database", "pay_page", "notify_door", ...NEED_DATABASE],
  // Neither page nor notify door works without it.
  ["database", "pay_page", "notify_door", ...NEED_DATABASE],
  ["migrations", "proxy", "worker", "sweeps", "webhooks", "backups", "ledger", "last_notify"],
  ["worker", "sweeps"],
];

/** One cause, one alarm: the consequences of a failed check become unknown and name the cause. */
export function explainConsequences(findings: readonly Finding[]): Finding[] {
  const byName = new Map(findings.map((finding) => [finding.check, finding]));
  if (byName.get("notify_echo")?.result === "ok") excuseDoor(byName);
  for (const [cause, ...consequences] of FOLLOWS) {
    if (byName.get(cause)?.result !== "failed") continue;
    for (const check of consequences) {
      const result = byName.get(check)?.result;
      if (result !== "failed" && result !== "warning") continue;
      byName.set(check, unknown(check, say("solveFirst", { title: { check: cause } })));
    }
  }
  return [...byName.values()];
}

/** A server need not reach itself by its public name, as long as WeChat does. */
function excuseDoor(byName: Map<CheckName, Finding>): void {
  const door = byName.get("notify_door");
  if (door?.result !== "failed") return;
  const evidence = say("wechatReachesDoor");
  byName.set("notify_door", { ...door, result: "ok", evidence, next: null });
}
