import { createEpayAccounts, type EpayAccounts, type EpayAccountsDeps } from "#lib/auth/epay-accounts.ts";
import type { EpayDeps } from "#lib/epay/epay.ts";
import { type TargetPolicy, targetProblem } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import { epayOutbox, epayStore } from "#lib/storage/epay/epay-orders.ts";
import { createEpayNotices, type EpayNoticeDeps, type EpayNotices } from "#lib/webhooks/epay-notices.ts";

type EpaySurroundings = Pick<EpayDeps, "payments" | "publicUrl"> &
  Pick<EpayNoticeDeps, "clock" | "log"> &
  Pick<EpayAccountsDeps, "box" | "keepEnded"> & { readonly policy: TargetPolicy };

export interface EpayParts {
  readonly epay: EpayDeps;
  readonly epayNotices: EpayNotices;
  readonly epayAccounts: EpayAccounts;
}

/** The door for software that speaks epay, and the notices to it. */
export function epayParts(
  pool: Database["pool"],
  { payments, publicUrl, box, clock, log, policy, keepEnded }: EpaySurroundings,
): EpayParts {
  const checkTarget = (url: string) => targetProblem(url, policy);
  return {
    epay: { store: epayStore(pool), payments, box, clock, publicUrl, targetProblem: checkTarget },
    epayNotices: createEpayNotices({ outbox: epayOutbox(pool), box, clock, log, policy }),
    epayAccounts: createEpayAccounts({ pool, box, clock, keepEnded }),
  };
}
