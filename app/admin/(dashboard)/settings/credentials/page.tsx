import { Suspense } from "react";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { DropFiles } from "#components/admin/drop-files.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { INPUT, toneLook } from "#components/admin/look.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftReport } from "#lib/config/credential-draft.ts";
import { credentialsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { activateDraft, dropCredentials, forgetDraft, placeCredential } from "./actions.ts";
import { DraftFindings } from "./draft-findings.tsx";
import { SlotList } from "./slot-list.tsx";

/** Credentials piece by piece: dropped or pasted, recognised, checked beside, and put in force together. */
export default adminPage("config.write", async (adminRequest, { search }) => {
  const { container, language, text } = adminRequest;
  const words = credentialsText(language);
  const report = await container.credentials?.report();
  if (report === undefined) return <EmptyState title={text.errors.brokenTitle} hint={text.errors.broken} heading />;
  const isAsked = search.run === "1" && !report.isEmpty;
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{words.intro}</p>
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <div className="flex flex-col gap-5">
          <Drop adminRequest={adminRequest} />
          {report.hasUnplaced ? <Unplaced adminRequest={adminRequest} /> : null}
          <section>
            <h2 className="mb-3 text-lg font-semibold">{words.held}</h2>
            {report.renews === null ? null : (
              <p className="mb-3 text-sm text-soft">{fill(words.renews, { merchantNumber: report.renews })}</p>
            )}
            <SlotList report={report} adminRequest={adminRequest} />
          </section>
          {report.isEmpty ? null : <Activate report={report} adminRequest={adminRequest} />}
        </div>
        <Section title={words.checks}>
          {report.isEmpty ? (
            <Card>
              <EmptyState title={words.empty} hint={words.emptyHint} />
            </Card>
          ) : isAsked ? (
            <Suspense fallback={<p role="status">{words.checking}</p>}>
              <AtWechat adminRequest={adminRequest} />
            </Suspense>
          ) : (
            <>
              <DraftFindings findings={report.findings} language={language} />
              <form method="get" className="mt-4">
                <input type="hidden" name="run" value="1" />
                <button type="submit" className={`${toneLook("plain")} max-sm:w-full`}>
                  {words.askWechat}
                </button>
                <p className="mt-2 text-sm text-soft">{words.askHint}</p>
              </form>
            </>
          )}
        </Section>
      </div>
    </>
  );
});

/** Runs on a submitted form only: it calls WeChat. */
async function AtWechat({ adminRequest }: { adminRequest: AdminRequest }) {
  const report = await adminRequest.container.credentials?.check();
  return report === undefined ? null : <DraftFindings findings={report.findings} language={adminRequest.language} />;
}

function Drop({ adminRequest }: { adminRequest: AdminRequest }) {
  const { language, text } = adminRequest;
  const words = credentialsText(language);
  return (
    <Card className="px-4 py-4 sm:px-5">
      <ActionForm action={dropCredentials} submit={words.submit} working={text.working}>
        <DropFiles name="files[]" label={words.drop} hint={words.dropHint} />
        <label className="block">
          <span className="mb-1.5 block text-sm font-medium">{words.paste}</span>
          <textarea
            name="text"
            rows={3}
            autoComplete="off"
            spellCheck={false}
            maxLength={65_536}
            placeholder={words.pasteHint}
            className={`${INPUT} font-mono text-sm`}
          />
        </label>
      </ActionForm>
    </Card>
  );
}

const OF_32 = ["api_v3_key", "api_key", "app_secret"] as const;

function Unplaced({ adminRequest }: { adminRequest: AdminRequest }) {
  const { language, text } = adminRequest;
  const words = credentialsText(language);
  return (
    <Card className="px-4 py-4 sm:px-5" data-testid="unplaced">
      <h2 className="font-semibold">{words.which}</h2>
      <p className="mt-1 text-sm text-soft">{words.whichHint}</p>
      <div className="mt-3 flex flex-wrap gap-3">
        {OF_32.map((slot) => (
          <ActionForm
            key={slot}
            action={placeCredential}
            submit={words.slots[slot]}
            working={text.working}
            tone="plain"
            hidden={{ slot }}
          />
        ))}
      </div>
    </Card>
  );
}

function Activate({ report, adminRequest }: { report: DraftReport; adminRequest: AdminRequest }) {
  const { language, text } = adminRequest;
  const words = credentialsText(language);
  return (
    <div className="flex flex-col gap-3">
      {report.isComplete ? null : <Notice tone="warn">{words.incomplete}</Notice>}
      <div className="flex flex-wrap gap-3">
        {report.isComplete ? (
          <Confirm label={words.activate} hint={words.activateHint} tone="primary">
            <ActionForm action={activateDraft} submit={words.activateYes} working={text.working} />
          </Confirm>
        ) : null}
        <Confirm label={words.forget} hint={words.forgetHint}>
          <ActionForm action={forgetDraft} submit={words.forgetYes} working={text.working} tone="danger" />
        </Confirm>
      </div>
    </div>
  );
}
