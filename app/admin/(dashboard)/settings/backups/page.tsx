import { ActionForm } from "#components/admin/action-form.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { LiveRefresh } from "#components/admin/live-refresh.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { UPKEEP_LISTED } from "#lib/base/limits.ts";
import type { BackupFile } from "#lib/ops/make-backup.ts";
import { readBackupLog } from "#lib/storage/operations/backup-log.ts";
import { lastBackup } from "#lib/storage/operations/doctor.ts";
import { readRetention } from "#lib/storage/operations/retention.ts";
import {
  listUpkeep,
  readBackupSettings,
  type UpkeepRun,
  upkeepPulse,
  upkeepUnderWay,
} from "#lib/storage/operations/upkeep-runs.ts";
import { upkeepText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { backUpNow, rehearseRestore } from "./actions.ts";
import { DrillCard } from "./drill-card.tsx";
import { FileList } from "./file-list.tsx";
import { LogCard } from "./log-card.tsx";
import { RetentionForm, ScheduleForm } from "./settings-forms.tsx";
import { UnderWay } from "./under-way.tsx";
import { ageOf, sizeOf } from "./words.ts";

const PULSE_EVERY_MS = 2_000;
const DRILLS_SHOWN = 5;

export default adminPage("upkeep.read", async (adminRequest) => {
  const { container, language, may } = adminRequest;
  const { pool } = container.database;
  const words = upkeepText(language);
  const running = await upkeepUnderWay(pool);
  const [listed, backups, drills, settings, retention, last] = await Promise.all([
    container.backups?.list().catch(() => null) ?? [],
    listUpkeep(pool, { kind: "backup", limit: UPKEEP_LISTED }),
    listUpkeep(pool, { kind: "drill", limit: DRILLS_SHOWN }),
    readBackupSettings(pool),
    readRetention(pool),
    lastBackup(pool),
  ]);
  // A place elsewhere may not answer: the page shows the rest.
  const files = listed ?? [];
  const failedLast = backups.find(({ status }) => status === "done" || status === "failed");
  return (
    <>
      <LiveRefresh pulse="/admin/settings/backups/pulse" seen={upkeepPulse(running)} everyMs={PULSE_EVERY_MS} />
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{fill(words.intro, { folder: container.backups?.place ?? "" })}</p>
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <div className="flex flex-col gap-5">
          {listed === null ? <Notice tone="warn">{words.notReachable}</Notice> : null}
          <Latest files={files} last={last} adminRequest={adminRequest} />
          <LogCard settings={settings} state={await readBackupLog(pool)} adminRequest={adminRequest} />
          {running === null ? null : <UnderWay run={running} adminRequest={adminRequest} />}
          {failedLast?.problem == null ? null : (
            <Notice tone="warn">
              {fullTime(failedLast.requestedAt, language)} · {words.problems[failedLast.problem]}
            </Notice>
          )}
          <Drills drills={drills.filter(({ id }) => id !== running?.id)} adminRequest={adminRequest} />
        </div>
        <div className="flex flex-col gap-5">
          <section>
            <h2 className="mb-3 text-lg font-semibold">{words.files}</h2>
            <FileList files={files} runs={backups} adminRequest={adminRequest} />
          </section>
          {may("upkeep.write") ? (
            <>
              <ScheduleForm settings={settings} adminRequest={adminRequest} />
              <RetentionForm retention={retention} adminRequest={adminRequest} />
            </>
          ) : null}
        </div>
      </div>
    </>
  );
});

interface LatestProps {
  readonly files: readonly BackupFile[];
  /** By whatever way, into whatever place. */
  readonly last: Date | null;
  readonly adminRequest: AdminRequest;
}

function Latest({ files, last, adminRequest }: LatestProps) {
  const { container, language, text, may } = adminRequest;
  const words = upkeepText(language);
  const now = container.clock.now();
  const [file] = files;
  const isElsewhere = last !== null && (file === undefined || last.getTime() - file.madeAt.getTime() > 60_000);
  const shown = file?.madeAt ?? null;
  const moment = (at: Date) => fill(words.age, { time: fullTime(at, language), age: ageOf(at, now, words) });
  return (
    <Card className="px-4 py-4 sm:px-5">
      <h2 className="text-sm text-soft">{words.latest}</h2>
      {shown === null ? (
        <p className="mt-1 text-lg font-semibold">{words.none}</p>
      ) : (
        <p className="mt-1 text-lg font-semibold tabular-nums">{ageOf(shown, now, words)}</p>
      )}
      <p className="mt-1 text-sm text-soft">
        {file === undefined ? words.noneHint : `${fullTime(file.madeAt, language)} · ${sizeOf(file.bytes)}`}
      </p>
      {isElsewhere ? (
        <p className="mt-2 text-sm text-soft">
          {words.elsewhere} · {moment(last)}
        </p>
      ) : null}
      {container.settings.sandbox ? <p className="mt-3 text-sm text-soft">{words.sandboxHint}</p> : null}
      {may("upkeep.write") ? (
        <div className="mt-4">
          <ActionForm action={backUpNow} submit={words.backupNow} working={text.working} />
        </div>
      ) : null}
    </Card>
  );
}

function Drills({ drills, adminRequest }: { drills: readonly UpkeepRun[]; adminRequest: AdminRequest }) {
  const { language, text, may } = adminRequest;
  const words = upkeepText(language);
  return (
    <section>
      <h2 className="mb-3 text-lg font-semibold">{words.drills}</h2>
      <Card className="px-4 py-4 sm:px-5">
        <p className="text-sm text-soft">{words.rehearseHint}</p>
        {may("upkeep.write") ? (
          <div className="mt-4">
            <ActionForm action={rehearseRestore} submit={words.rehearse} working={text.working} tone="plain" />
          </div>
        ) : null}
      </Card>
      <div className="mt-3 flex flex-col gap-3">
        {drills.length === 0 ? (
          <Notice tone="warn">{words.neverRehearsed}</Notice>
        ) : (
          drills.map((run, at) => <DrillCard key={run.id} run={run} isOpen={at === 0} adminRequest={adminRequest} />)
        )}
      </div>
    </section>
  );
}
