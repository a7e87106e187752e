import { ActionForm } from "#components/admin/action-form.tsx";
import { Field, Select } from "#components/admin/field.tsx";
import { Facts } from "#components/admin/heading.tsx";
import { Unfold } from "#components/admin/unfold.tsx";
import { Card } from "#components/ui/card.tsx";
import { BACKUPS_KEPT_MAX, BACKUPS_KEPT_MIN } from "#lib/base/limits.ts";
import { RETENTION, RETENTION_KINDS } from "#lib/base/retention.ts";
import type { Retention } from "#lib/storage/operations/retention.ts";
import { TABLE_AGES } from "#lib/storage/operations/table-ages.ts";
import type { BackupSettings } from "#lib/storage/operations/upkeep-runs.ts";
import { upkeepText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { setRetention, setSchedule } from "./actions.ts";

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

const DRILL_DAYS = [1, 7, 14, 30, 90];
/** With what is set, should it be none of these. */
const drillChoices = (set: number | null): number[] =>
  [...new Set([...DRILL_DAYS, ...(set === null ? [] : [set])])].toSorted((one, other) => one - other);

interface ScheduleFormProps {
  readonly settings: BackupSettings;
  readonly adminRequest: AdminRequest;
}

export function ScheduleForm({ settings, adminRequest }: ScheduleFormProps) {
  const { language, text } = adminRequest;
  const words = upkeepText(language);
  const { backupHour, backupsKept, drillDays } = settings;
  const hours = HOURS.map((hour) => ({ value: hour, label: `${hour.padStart(2, "0")}:00` }));
  return (
    <section>
      <h2 className="mb-3 text-lg font-semibold">{words.schedule}</h2>
      <Card className="px-4 py-4 sm:px-5">
        <ActionForm action={setSchedule} submit={words.save} working={text.working} tone="plain">
          <Select
            label={words.hour}
            hint={words.scheduleHint}
            name="hour"
            defaultValue={backupHour === null ? "off" : String(backupHour)}
            key={String(backupHour)}
            options={[{ value: "off", label: words.off }, ...hours]}
          />
          <Select
            label={words.drillDays}
            hint={words.drillDaysHint}
            name="drillDays"
            defaultValue={drillDays === null ? "off" : String(drillDays)}
            key={`drill ${drillDays}`}
            options={[
              { value: "off", label: words.drillNever },
              ...drillChoices(drillDays).map((days) => ({
                value: String(days),
                label: fill(words.drillEvery, { days }),
              })),
            ]}
          />
          <Field
            label={words.kept}
            hint={fill(words.keptHint, { min: BACKUPS_KEPT_MIN, max: BACKUPS_KEPT_MAX })}
            name="kept"
            inputMode="numeric"
            defaultValue={backupsKept}
            key={backupsKept}
            maxLength={3}
            required
          />
        </ActionForm>
      </Card>
    </section>
  );
}

interface RetentionFormProps {
  readonly retention: Retention;
  readonly adminRequest: AdminRequest;
}

export function RetentionForm({ retention, adminRequest }: RetentionFormProps) {
  const { language, text } = adminRequest;
  const words = upkeepText(language);
  return (
    <section>
      <h2 className="mb-3 text-lg font-semibold">{words.retention}</h2>
      <Card>
        <p className="px-4 pt-4 text-sm text-soft sm:px-5">{words.retentionHint}</p>
        <Facts
          facts={[
            { label: words.always, value: <span className="text-sm">{words.alwaysList}</span> },
            { label: words.fixed, value: <span className="text-sm">{words.fixedList}</span> },
          ]}
        />
        <Tables language={language} />
        <div className="px-4 pt-2 pb-4 sm:px-5">
          <ActionForm action={setRetention} submit={words.save} working={text.working} tone="plain">
            <div className="grid gap-4 sm:grid-cols-2">
              {RETENTION_KINDS.map((what) => (
                <Field
                  key={`${what} ${retention[what]}`}
                  label={fill(words.keptDays, { label: words.kinds[what] })}
                  hint={fill(words.bounds, { ...RETENTION[what] })}
                  name={what}
                  inputMode="numeric"
                  defaultValue={retention[what]}
                  maxLength={3}
                  required
                />
              ))}
            </div>
            <p className="text-sm text-soft">{words.fewer}</p>
          </ActionForm>
        </div>
      </Card>
    </section>
  );
}

/** Every table by how long its rows stay, for those who look after the database. */
function Tables({ language }: { language: Language }) {
  const words = upkeepText(language);
  const kinds = Object.keys(words.tables.kept) as (keyof typeof words.tables.kept)[];
  return (
    <div className="px-4 sm:px-5">
      <Unfold label={words.tables.title}>
        <dl className="pb-3">
          {kinds.map((kept) => (
            <div key={kept} className="py-2">
              <dt className="text-sm font-medium">{words.tables.kept[kept]}</dt>
              <dd className="mt-1 font-mono text-xs leading-relaxed break-words text-soft">
                {Object.entries(TABLE_AGES)
                  .filter(([, age]) => age.kept === kept)
                  .map(([name]) => name)
                  .toSorted()
                  .join(" · ")}
              </dd>
            </div>
          ))}
        </dl>
      </Unfold>
    </div>
  );
}
