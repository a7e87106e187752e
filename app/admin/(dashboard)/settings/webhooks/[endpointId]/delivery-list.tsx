import { TableCard } from "#components/admin/card-list.tsx";
import type { Column, Row } from "#components/admin/data-table.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { shortTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Tabs } from "#components/admin/tabs.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { type WebhookDeliveryView, webhookDeliveryListQuerySchema } from "#lib/contract/webhook-delivery.ts";
import type { WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { answerWords } from "../endpoint-look.tsx";

const LIMIT = "25";
const TABS = ["all", "given_up", "pending", "delivered"] as const;

interface DeliveryListProps {
  readonly adminRequest: AdminRequest;
  readonly endpoint: WebhookEndpointView;
  readonly search: Readonly<Record<string, string>>;
}

/** What was sent to the endpoint, newest event first. */
export async function DeliveryList({ adminRequest, endpoint, search }: DeliveryListProps) {
  const { container, language, text } = adminRequest;
  const words = webhooksText(language);
  const status = TABS.find((tab) => tab === search.status && tab !== "all");
  const filter = { endpointId: endpoint.id, ...(status === undefined ? {} : { status }), limit: LIMIT };
  // A cursor that somebody made up shows the first page.
  const asked = webhookDeliveryListQuerySchema.safeParse({
    ...filter,
    ...(search.cursor ? { cursor: search.cursor } : {}),
  });
  const query = asked.success ? asked.data : webhookDeliveryListQuerySchema.parse(filter);
  const { data, nextCursor } = await container.webhookLog.list(query);
  const base = `/admin/settings/webhooks/${endpoint.id}`;
  const address = (more: Record<string, string>) => {
    const given = new URLSearchParams({ ...(status === undefined ? {} : { status }), ...more }).toString();
    return given === "" ? base : `${base}?${given}`;
  };
  const columns: readonly Column[] = [
    { key: "what", label: words.columns.what, card: "title" },
    { key: "state", label: words.columns.state, card: "figure" },
    { key: "answer", label: words.columns.answer, card: "body" },
    { key: "when", label: words.columns.when, card: "foot" },
  ];
  return (
    <>
      <Tabs
        label={words.log}
        tabs={TABS.map((tab) => ({
          href: tab === "all" ? base : `${base}?status=${tab}`,
          label: words.tabs[tab],
          here: tab === (status ?? "all"),
        }))}
      />
      <TableCard
        caption={words.log}
        columns={columns}
        rows={data.map((delivery) => rowOf(delivery, { language, none: text.none }))}
        empty={<EmptyState title={words.logEmpty} hint="" />}
      />
      <Pager
        words={text}
        first={query.cursor === undefined ? null : address({})}
        next={nextCursor === null ? null : address({ cursor: nextCursor })}
      />
    </>
  );
}

const TONES = { delivered: "brand", given_up: "warn", retrying: "warn", pending: "plain" } as const;

export function DeliveryBadge({ delivery, language }: { delivery: WebhookDeliveryView; language: Language }) {
  const state = delivery.status === "pending" && delivery.lastError !== null ? "retrying" : delivery.status;
  return <Badge tone={TONES[state]}>{webhooksText(language).deliveryStates[state]}</Badge>;
}

function rowOf(delivery: WebhookDeliveryView, { language, none }: { language: Language; none: string }): Row {
  const words = webhooksText(language);
  const { eventId, endpointId, type, lastStatus, lastError, tries, nextTryAt } = delivery;
  const answer = [
    answerWords({ status: lastStatus, error: lastError }, language),
    tries > 1 ? fill(words.tries, { count: tries }) : null,
    nextTryAt === null || lastError === null ? null : fill(words.nextTry, { time: shortTime(nextTryAt, language) }),
  ];
  return {
    key: eventId,
    href: `/admin/settings/webhooks/${endpointId}/${eventId}`,
    cells: [
      words.eventNames[type],
      <DeliveryBadge key="state" delivery={delivery} language={language} />,
      answer.filter((part) => part !== null).join(" · ") || none,
      shortTime(delivery.createdAt, language),
    ],
  };
}
