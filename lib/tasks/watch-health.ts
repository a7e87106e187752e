import type { Clock } from "#lib/base/clock.ts";
import type { CheckName, Finding } from "#lib/base/finding.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import type { AlertDraft } from "#lib/payment/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { settleCondition } from "#lib/storage/operations/lasting-alerts.ts";

// What the doctor would say if somebody asked, told without being asked: each check that fails is one alert, which ends by itself.

/** What the checks of this installation are told as. */
const INSTALLATION: Readonly<Partial<Record<CheckName, AlertDraft["kind"]>>> = {
  worker: "health_worker",
  sweeps: "health_sweeps",
  webhooks: "health_webhooks",
  backups: "health_backups",
  ledger: "health_ledger",
  disk: "health_disk",
};
const CREDENTIALS: readonly CheckName[] = [
  ...(["private_key", "merchant_certificate", "wechatpay_key", "api_v3_key", "api_v2_key"] as const),
  ...(["certificate_expiry", "signed_call", "answer_verified"] as const),
];

interface HealthReport {
  readonly findings: readonly Finding[];
}

export interface HealthWatchDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  /** Looks at our own machine and processes. */
  readonly checkInstallation: () => Promise<HealthReport>;
  /** Looks at everything and calls WeChat for it; so it is asked every few hours only. */
  readonly doctor: () => Promise<HealthReport>;
}

export interface HealthWatch {
  /** One look at all of it; at the credentials when they are due. */
  look(): Promise<void>;
}

const CREDENTIALS_EVERY_MS = 6 * HOUR_MS;

export function createHealthWatch({ pool, clock, checkInstallation, doctor }: HealthWatchDeps): HealthWatch {
  let credentialsDue = Number.NEGATIVE_INFINITY;
  return {
    async look() {
      const { findings } = await checkInstallation();
      const at = clock.now();
      for (const finding of findings) {
        const kind = INSTALLATION[finding.check];
        if (kind !== undefined) await settleFindings(pool, { kind, findings: [finding], at });
      }
      if (at.getTime() >= credentialsDue) {
        credentialsDue = at.getTime() + CREDENTIALS_EVERY_MS;
        const credentials = (await doctor()).findings.filter(({ check }) => CREDENTIALS.includes(check));
        await settleFindings(pool, { kind: "health_credentials", findings: credentials, at });
      }
    },
  };
}

interface SettledCheck {
  readonly kind: AlertDraft["kind"];
  readonly findings: readonly Finding[];
  readonly at: Date;
}

const isTrouble = ({ result }: Finding): boolean => result === "failed" || result === "warning";

async function settleFindings(pool: Database["pool"], { kind, findings, at }: SettledCheck): Promise<void> {
  const trouble = findings.find(({ result }) => result === "failed") ?? findings.find(isTrouble);
  // What could not be looked at is neither well nor ill.
  if (trouble === undefined && (findings.length === 0 || findings.some(({ result }) => result === "unknown"))) return;
  await settleCondition(pool, { kind, holds: trouble !== undefined, detail: detailOf(trouble), at });
}

/** Sentences are kept as codes, and worded when they are read. */
function detailOf(trouble: Finding | undefined): AlertDraft["detail"] {
  if (trouble === undefined) return {};
  const { check, evidence, next } = trouble;
  return { check, evidence: JSON.stringify(evidence), ...(next === null ? {} : { next: JSON.stringify(next) }) };
}
