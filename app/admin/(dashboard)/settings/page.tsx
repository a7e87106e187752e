import { redirect } from "next/navigation";
import { ActionForm } from "#components/admin/action-form.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { INPUT } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { ReasonList } from "#components/admin/reason-list.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { ConfigurationReport } from "#lib/config/configuration-manager.ts";
import type { ConfigVersion } from "#lib/storage/configuration/config-versions.ts";
import { configurationText } from "#lib/texts/admin.ts";
import { adminPage } from "../../admin-page.tsx";
import type { AdminRequest } from "../../admin-request.ts";
import { uploadConfiguration } from "./actions.ts";
import { reasonsIn } from "./reasons-in.ts";
import { RetiredAccounts } from "./retired-accounts.tsx";
import { VersionList } from "./version-list.tsx";

const LISTED = 10;

export default adminPage(null, async (adminRequest, { search }) => {
  const { container, text } = adminRequest;
  // Where the menu leads readers without permission for the configuration.
  if (!adminRequest.may("config.read")) redirect("/admin/settings/account");
  const before = /^\d{1,9}$/.test(search.before ?? "") ? Number(search.before) : null;
  const configuration = container.configuration;
  const report = await configuration?.report();
  const retired = (await configuration?.retired()) ?? [];
  const versions = (await configuration?.versions({ limit: LISTED + 1, ...(before === null ? {} : { before }) })) ?? [];
  const [latest] = before === null ? versions : ((await configuration?.versions({ limit: 1 })) ?? []);
  const { payment, errors } = text;
  const words = configurationText(adminRequest.language);
  if (report === undefined) return <EmptyState title={errors.brokenTitle} hint={errors.broken} heading />;
  return (
    <>
      <Heading title={payment.title} />
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <div>
          <Card>
            <InForce report={report} latest={latest} adminRequest={adminRequest} />
          </Card>
          <FileState file={report.file} adminRequest={adminRequest} />
          <RetiredAccounts accounts={retired} now={container.clock.now()} adminRequest={adminRequest} />
        </div>
        <div>
          {adminRequest.may("config.write") ? <Upload adminRequest={adminRequest} /> : null}
          <Section title={words.versions}>
            <VersionList
              versions={versions}
              limit={LISTED}
              isFirstPage={before === null}
              isReal={latest?.sandbox === false}
              adminRequest={adminRequest}
            />
          </Section>
        </div>
      </div>
    </>
  );
});

function InForce({
  report,
  latest,
  adminRequest,
}: {
  report: ConfigurationReport;
  latest: ConfigVersion | undefined;
  adminRequest: AdminRequest;
}) {
  const { text, language } = adminRequest;
  const { payment } = text;
  const { active } = report;
  const mode = active === null ? "unconfigured" : active.sandbox ? "sandbox" : "real";
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
            latest === undefined ? null : { label: payment.since, value: fullTime(latest.at, language) },
          ]}
        />
      )}
      <p className="px-4 pb-4 text-sm text-soft sm:px-5">{payment.sealed}</p>
    </>
  );
}

function FileState({ file, adminRequest }: { file: ConfigurationReport["file"]; adminRequest: AdminRequest }) {
  const { payment } = adminRequest.text;
  if (file.state === "absent") return null;
  const hasSaid = file.reasons.length + file.warnings.length > 0;
  const reasons = reasonsIn(file.reasons, adminRequest.language);
  return (
    <Section title={payment.file}>
      <Notice tone={hasSaid ? "warn" : "plain"}>
        <p>{payment.fileStates[file.state]}</p>
        <ReasonList reasons={reasons} />
        <ReasonList reasons={reasonsIn(file.warnings, adminRequest.language)} />
        <p className="mt-2">{payment.fileHint}</p>
      </Notice>
    </Section>
  );
}

function Upload({ adminRequest: { text } }: { adminRequest: AdminRequest }) {
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
