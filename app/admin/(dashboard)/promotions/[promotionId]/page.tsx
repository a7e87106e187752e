import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { Facts, Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { WeekPicture } from "#components/admin/promotions/week-picture.tsx";
import { Timeline } from "#components/admin/timeline.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { promotionStage } from "#lib/payment/index.ts";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { promotionsText } from "#lib/texts/admin.ts";
import { scheduleText } from "#lib/texts/schedule.ts";
import { adminPage } from "../../../admin-page.tsx";
import { auditActor, auditTitle } from "../../audit-words.ts";
import { archivePromotion } from "../actions.ts";
import { Progress, type PromotionProps, Stage, Switch } from "../promotion-card.tsx";
import { doneText, formWords, nameOf, ruleFacts } from "../promotion-words.ts";
import { CodeSection } from "./code-section.tsx";
import { Conflicts } from "./conflicts.tsx";
import { readPromotion } from "./read-promotion.ts";
import { Verdict } from "./verdict.tsx";

const HISTORY_SHOWN = 50;

export default adminPage("promotions.read", async (adminRequest, { params, search }) => {
  const { language, text } = adminRequest;
  const promotion = await readPromotion(adminRequest, params.promotionId);
  const words = promotionsText(language);
  const { stage } = promotionStage(promotion, adminRequest.container.clock.now());
  const message = doneText(search.done, stage, words);
  return (
    <>
      <Heading title={nameOf(promotion.rule, language)}>
        <Stage promotion={promotion} adminRequest={adminRequest} />
      </Heading>
      {message === undefined ? null : (
        <div role="status" className="mb-4">
          <Notice tone="brand">{message}</Notice>
        </div>
      )}
      <div className="grid items-start gap-5 xl:grid-cols-2">
        <div>
          <Card className="flex flex-col gap-4 px-4 py-4 sm:px-5">
            <Progress promotion={promotion} adminRequest={adminRequest} />
            <Actions promotion={promotion} adminRequest={adminRequest} />
          </Card>
        </div>
        <Card>
          <Facts facts={ruleFacts(promotion, language)} />
          <Week promotion={promotion} adminRequest={adminRequest} />
        </Card>
      </div>
      <CodeSection promotion={promotion} adminRequest={adminRequest} />
      <Conflicts promotion={promotion} adminRequest={adminRequest} />
      <Verdict promotion={promotion} adminRequest={adminRequest} />
      {adminRequest.may("audit.read") ? <History promotion={promotion} adminRequest={adminRequest} /> : null}
      <p className="mt-6">
        <a href="/admin/promotions" className={toneLook("plain")}>
          {text.back}
        </a>
      </p>
    </>
  );
});

/** When it is valid in a week, where that is not always. */
function Week({ promotion: { rule }, adminRequest: { language } }: PromotionProps) {
  const schedule = scheduleText(rule.window, language);
  if (schedule === null) return null;
  return (
    <div className="px-4 pb-4 sm:px-5">
      <WeekPicture window={rule.window ?? {}} words={formWords(language).week} label={schedule} />
    </div>
  );
}

function Actions({ promotion, adminRequest }: PromotionProps) {
  const { language, text } = adminRequest;
  const { actions } = promotionsText(language);
  if (promotion.status === "archived" || !adminRequest.may("promotions.write")) return null;
  const { id } = promotion.rule;
  return (
    <div className="flex flex-wrap items-start gap-3">
      <div className="max-sm:w-full">
        <Switch promotion={promotion} adminRequest={adminRequest} />
      </div>
      <Link href={`/admin/promotions/${id}/edit`} prefetch={false} className={`${toneLook("plain")} max-sm:w-full`}>
        {actions.edit}
      </Link>
      <Confirm label={actions.archive} hint={actions.archiveHint} tone="danger">
        <ActionForm
          action={archivePromotion}
          hidden={{ promotionId: id }}
          submit={actions.archiveConfirm}
          working={text.working}
          tone="danger"
        />
      </Confirm>
    </div>
  );
}

async function History({ promotion, adminRequest }: PromotionProps) {
  const { container, text, language } = adminRequest;
  const { facts, history } = promotionsText(language);
  const entries = await listAudit(container.database.pool, { subjects: [promotion.rule.id], limit: HISTORY_SHOWN });
  if (entries.length === 0) return null;
  const events = entries.map((entry) => ({
    id: entry.id,
    at: entry.at,
    title: auditTitle(entry, text),
    detail: entry.detail.version === undefined ? "" : `${facts.version} ${entry.detail.version}`,
    actor: auditActor(entry, text),
  }));
  return (
    <Section title={history}>
      <Card>
        <Timeline events={events} language={language} />
      </Card>
    </Section>
  );
}
