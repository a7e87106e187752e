import { redirect } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { INPUT } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { ConfigurationReport } from "#lib/config/configuration-desk.ts";
import { type ListedAudit, listAuditOf } from "#lib/storage/audit-log.ts";
import { room } from "../../room.tsx";
import type { Visit } from "../../visit.ts";
import { uploadConfiguration } from "./actions.ts";

const HISTORY = 20;

export default room(null, async (visit) => {
  const { container, text } = visit;
  // Where the menu leads whoever may not see the configuration.
  if (!visit.may("config.read")) redirect("/admin/settings/account");
  const report = await container.configuration?.report();
  const history = await listAuditOf(container.database.pool, ["gateway_account.activated", "config.import"], HISTORY);
  const { payment, errors } = text;
  if (report === undefined) return <EmptyState title={errors.brokenTitle} hint={errors.broken} heading />;
  return (
    <>
      <Heading title={payment.title} />
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <div>
          <Card>
            <InForce report={report} history={history} visit={visit} />
          </Card>
          <FileState file={report.file} visit={visit} />
        </div>
        <div>
          {visit.may("config.write") ? <Upload visit={visit} /> : null}
          <Section title={payment.history}>
            <History history={history} visit={visit} />
          </Section>
        </div>
      </div>
    </>
  );
});

function InForce({
  report,
  history,
  visit,
}: {
  report: ConfigurationReport;
  history: readonly ListedAudit[];
  visit: Visit;
}) {
  const { text, language } = visit;
  const { payment } = text;
  const { active } = report;
  const mode = active === null ? "unconfigured" : active.sandbox ? "sandbox" : "real";
  const since = history.find(({ action, subject }) => action === "gateway_account.activated" && subject === active?.id);
  return (
    <>
      <p className="flex items-center justify-between gap-3 px-4 pt-4 sm:px-5">
        <span className="text-sm text-soft">{payment.mode}</span>
        <Badge tone={mode === "real" ? "brand" : "warn"}>{payment.modes[mode]}</Badge>
      </p>
      {active === null ? null : (
        <Facts
          facts={[
            { label: payment.merchant, value: active.merchantNumber },
            { label: payment.app, value: active.appId },
            { label: payment.protocol, value: `API ${active.protocol}` },
            active.serialNo === null ? null : { label: payment.serial, value: active.serialNo },
            active.protocol === "v2"
              ? null
              : { label: payment.verifies, value: active.publicKeyId ?? payment.certificates },
            { label: payment.notify, value: active.notifyUrl },
            { label: payment.holds, value: active.holds.join(", ") },
            since === undefined ? null : { label: payment.since, value: fullTime(since.at, language) },
          ]}
        />
      )}
      <p className="px-4 pb-4 text-sm text-soft sm:px-5">{payment.sealed}</p>
    </>
  );
}

function FileState({ file, visit }: { file: ConfigurationReport["file"]; visit: Visit }) {
  const { payment } = visit.text;
  if (file.state === "absent") return null;
  const said = [
    ...file.reasons.map(({ path, words }) => `${path} ${visit.language === "en" ? words.en : words.zh}`),
    ...file.warnings,
  ];
  return (
    <Section title={payment.file}>
      <Notice tone={said.length === 0 ? "plain" : "warn"}>
        <p>{payment.fileStates[file.state]}</p>
        {said.length === 0 ? null : (
          <ul className="mt-2 list-disc pl-5">
            {said.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
        <p className="mt-2">{payment.fileHint}</p>
      </Notice>
    </Section>
  );
}

function Upload({ visit: { text } }: { visit: Visit }) {
  const { payment } = text;
  return (
    <section>
      <h2 className="mb-3 text-lg font-semibold">{payment.upload}</h2>
      <Card className="px-4 py-4 sm:px-5">
        <ActionForm action={uploadConfiguration} submit={payment.submit} working={text.working}>
          <p className="text-sm text-soft" id="upload-hint">
            {payment.uploadHint}
          </p>
          <label className="block">
            <span className="mb-1.5 block text-sm font-medium">{payment.choose}</span>
            <input
              type="file"
              name="file"
              accept=".json,application/json"
              required
              aria-describedby="upload-hint"
              className={`${INPUT} file:mr-3 file:rounded-lg file:border-0 file:bg-sunken file:px-3 file:py-1.5 file:text-ink`}
            />
          </label>
        </ActionForm>
      </Card>
    </section>
  );
}

function History({ history, visit }: { history: readonly ListedAudit[]; visit: Visit }) {
  const { text, language } = visit;
  if (history.length === 0) return <Card className="px-4 py-4 text-soft sm:px-5">{text.payment.historyNone}</Card>;
  return (
    <Card>
      <ul className="divide-y divide-line px-4 sm:px-5">
        {history.map(({ id, action, actor, at }) => (
          <li key={id} className="py-3">
            <p>{text.audit.actions[action] ?? action}</p>
            <p className="text-sm break-all text-soft tabular-nums">
              {fullTime(at, language)} · {actor}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  );
}
