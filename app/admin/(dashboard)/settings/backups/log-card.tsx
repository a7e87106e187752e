import { fullTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { BACKUP_LOG_EVERY_MS, BACKUP_LOG_LAG_MS } from "#lib/base/limits.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { BackupLogState } from "#lib/storage/operations/backup-log.ts";
import type { BackupSettings } from "#lib/storage/operations/upkeep-runs.ts";
import { type UpkeepText, upkeepText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";

interface LogCardProps {
  readonly settings: BackupSettings;
  readonly state: BackupLogState | null;
  readonly adminRequest: AdminRequest;
}

/** What would be lost if the machine were lost now. */
export function LogCard({ settings, state, adminRequest }: LogCardProps) {
  const { container, language } = adminRequest;
  const { log } = upkeepText(language);
  const { backups, settings: edge } = container;
  if (backups === undefined) return null;
  const said = (text: string) => (
    <Card className="px-4 py-4 sm:px-5" data-testid="backup-log">
      <h2 className="text-sm text-soft">{log.title}</h2>
      <p className="mt-1 text-sm">{text}</p>
    </Card>
  );
  if (!backups.isOwn) return said(log.external);
  if (edge.sandbox) return said(log.sandbox);
  if (settings.backupHour === null) return said(log.off);
  if (state?.keptUpTo == null) return said(log.notYet);
  const { keptUpTo, problem } = state;
  const lagMs = Math.max(0, container.clock.now().getTime() - keptUpTo.getTime());
  const isBehind = problem !== null || lagMs > BACKUP_LOG_LAG_MS;
  const lag = spanOf(lagMs, log);
  return (
    <Card className={`px-4 py-4 sm:px-5 ${isBehind ? "border-warn" : ""}`} data-testid="backup-log">
      <h2 className="text-sm text-soft">{log.title}</h2>
      <p className="mt-1 text-lg font-semibold tabular-nums">
        {fill(log.upTo, { time: fullTime(keptUpTo, language) })}
      </p>
      <p className="mt-1 text-sm text-soft">
        {isBehind ? fill(log.behind, { lag }) : fill(log.kept, { seconds: BACKUP_LOG_EVERY_MS / SECOND_MS, lag })}
      </p>
    </Card>
  );
}

/** Rounded up: no promise is better than what holds. */
function spanOf(ms: number, words: UpkeepText["log"]): string {
  if (ms < 2 * MINUTE_MS) return fill(words.seconds, { count: Math.max(1, Math.ceil(ms / SECOND_MS)) });
  return fill(words.minutes, { count: Math.ceil(ms / MINUTE_MS) });
}
