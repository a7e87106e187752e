import { notFound } from "next/navigation";
import { type Fact, Facts, Heading, Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isAppError } from "#lib/base/app-error.ts";
import type { WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import { countOpen, recentDeliveries } from "#lib/storage/webhooks/delivery-log.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../../admin-page.tsx";
import type { AdminRequest } from "../../../../admin-request.ts";
import { EndpointBadge, EndpointHealth } from "../endpoint-look.tsx";
import { DeliveryList } from "./delivery-list.tsx";
import { EndpointControls } from "./endpoint-controls.tsx";

const RECENT = 60;

export default adminPage("keys.read", async (adminRequest, { params, search }) => {
  const { container, language, may } = adminRequest;
  const words = webhooksText(language);
  const endpoint = await readEndpoint(adminRequest, params.endpointId ?? "");
  const { pool } = container.database;
  const [recent, open] = await Promise.all([recentDeliveries(pool, endpoint.id, RECENT), countOpen(pool, endpoint.id)]);
  const maker = (await container.keys.list()).find(({ id }) => id === endpoint.apiKeyId);
  const endedWithKey = endpoint.status === "disabled" && endpoint.keptBy === null && maker?.revokedAt != null;
  const made = maker === undefined ? ofNoKey(endpoint, adminRequest) : fill(words.ofKey, { key: maker.name });
  const facts: (Fact | null)[] = [
    { label: words.facts.events, value: endpoint.events.map((event) => words.eventNames[event]).join(" · ") },
    { label: words.facts.maker, value: made },
    maker === undefined || endpoint.keptBy === null
      ? null
      : { label: words.keep, value: fill(words.keptBy, { email: endpoint.keptBy }) },
    { label: words.facts.lastDelivered, value: momentOf(endpoint.lastDeliveredAt, adminRequest) },
    { label: words.facts.waiting, value: open.pending },
    { label: words.facts.failed, value: open.givenUp },
    { label: words.facts.created, value: momentOf(endpoint.createdAt, adminRequest) },
  ];
  return (
    <>
      <Heading title={words.title}>
        <EndpointBadge status={endpoint.status} language={language} />
      </Heading>
      <p className="mb-4 text-lg font-semibold break-all">{endpoint.url}</p>
      <StateNotices endpoint={endpoint} endedWithKey={endedWithKey} adminRequest={adminRequest} />
      <Card>
        {recent.length === 0 ? null : (
          <div className="border-b border-line px-4 py-4 sm:px-5">
            <EndpointHealth recent={recent} language={language} />
          </div>
        )}
        <Facts facts={facts} />
      </Card>
      {may("keys.write") ? (
        <EndpointControls
          endpoint={endpoint}
          endedWithKey={endedWithKey}
          mayKeep={maker !== undefined && endpoint.keptBy === null}
          adminRequest={adminRequest}
        />
      ) : null}
      <Section title={words.log}>
        <p className="mb-3 text-sm text-soft">{words.logHint}</p>
        <DeliveryList adminRequest={adminRequest} endpoint={endpoint} search={search} />
      </Section>
    </>
  );
});

async function readEndpoint({ container }: AdminRequest, id: string): Promise<WebhookEndpointView> {
  try {
    return await container.webhookEndpoints.get(id);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "not_found") notFound();
    throw cause;
  }
}

const momentOf = (at: string | null, { language }: AdminRequest): string =>
  at === null ? webhooksText(language).never : fullTime(at, language);

const ofNoKey = ({ keptBy }: WebhookEndpointView, { language }: AdminRequest): string => {
  const words = webhooksText(language);
  return keptBy === null ? words.ofUnknownKey : fill(words.ofPerson, { email: keptBy });
};

interface StateNoticesProps {
  readonly endpoint: WebhookEndpointView;
  readonly endedWithKey: boolean;
  readonly adminRequest: AdminRequest;
}

/** What its state means, and what to do. */
function StateNotices({ endpoint, endedWithKey, adminRequest: { language } }: StateNoticesProps) {
  const { stateHints, endedWithKey: endedWords } = webhooksText(language);
  const at = (moment: string | null) => ({ time: moment === null ? "" : fullTime(moment, language) });
  const notices = [
    endpoint.status === "failing" ? fill(stateHints.failing, at(endpoint.failingSince)) : null,
    endpoint.status === "paused"
      ? endpoint.pausedBy === null
        ? fill(stateHints.pausedByItself, at(endpoint.pausedAt))
        : fill(stateHints.paused, { ...at(endpoint.pausedAt), who: endpoint.pausedBy })
      : null,
    endpoint.status === "disabled"
      ? endedWithKey
        ? endedWords
        : fill(stateHints.gone, at(endpoint.disabledAt))
      : null,
    endpoint.previousSecretUntil === null ? null : fill(stateHints.overlap, at(endpoint.previousSecretUntil)),
  ].filter((notice) => notice !== null);
  if (notices.length === 0) return null;
  return (
    <div className="mb-4 flex flex-col gap-2">
      {notices.map((notice) => (
        <Notice key={notice}>{notice}</Notice>
      ))}
    </div>
  );
}
