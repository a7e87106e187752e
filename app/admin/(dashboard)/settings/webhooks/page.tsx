import Link from "next/link";
import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Dialog } from "#components/controls/dialog.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import { recentDeliveries } from "#lib/storage/webhooks/delivery-log.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { addEndpoint } from "./actions.ts";
import { EndpointFields } from "./endpoint-fields.tsx";
import { EndpointBadge, EndpointHealth } from "./endpoint-look.tsx";

const RECENT = 40;

export default adminPage("keys.read", async (adminRequest, { search }) => {
  const { container, language, may } = adminRequest;
  const words = webhooksText(language);
  const endpoints = (await container.webhookEndpoints.list()).toReversed();
  return (
    <>
      <Heading title={words.title}>
        <div className="flex flex-wrap gap-3 max-sm:w-full">
          <a href={`/docs/${language}/webhooks`} className={`${toneLook("plain")} max-sm:w-full`}>
            {words.guide}
          </a>
          {may("keys.write") ? <AddEndpoint adminRequest={adminRequest} /> : null}
        </div>
      </Heading>
      {search.done === "removed" ? (
        <div role="status" className="mb-4">
          <Notice tone="brand">{words.removed}</Notice>
        </div>
      ) : null}
      <p className="mb-4 text-soft">{words.hint}</p>
      <CardList items={endpoints} empty={<EmptyState title={words.empty} hint={words.emptyHint} />}>
        {(endpoint) => <EndpointCard endpoint={endpoint} adminRequest={adminRequest} />}
      </CardList>
    </>
  );
});

function AddEndpoint({ adminRequest: { language, text } }: { adminRequest: AdminRequest }) {
  const words = webhooksText(language);
  return (
    <Dialog
      opener={{ label: words.add, look: `${toneLook("primary")} max-sm:w-full` }}
      title={words.add}
      hint={words.addHint}
    >
      <ActionForm action={addEndpoint} submit={words.add} working={text.working}>
        <EndpointFields language={language} events={["order.paid", "refund.succeeded"]} />
      </ActionForm>
    </Dialog>
  );
}

interface EndpointCardProps {
  readonly endpoint: WebhookEndpointView;
  readonly adminRequest: AdminRequest;
}

async function EndpointCard({ endpoint, adminRequest: { container, language } }: EndpointCardProps) {
  const words = webhooksText(language);
  const recent = await recentDeliveries(container.database.pool, endpoint.id, RECENT);
  const last = endpoint.lastDeliveredAt === null ? words.never : fullTime(endpoint.lastDeliveredAt, language);
  return (
    <Card className="relative px-4 py-4 hover:bg-sunken sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Link
          href={`/admin/settings/webhooks/${endpoint.id}`}
          prefetch={false}
          className="min-w-0 font-semibold break-all text-brand-ink underline-offset-4 after:absolute after:inset-0 hover:underline"
        >
          {endpoint.url}
        </Link>
        <EndpointBadge status={endpoint.status} language={language} />
      </div>
      <p className="mt-1 mb-3 text-sm text-soft">
        {endpoint.events.map((event) => words.eventNames[event]).join(" · ")} — {words.facts.lastDelivered}: {last}
      </p>
      <EndpointHealth recent={recent} language={language} />
    </Card>
  );
}
