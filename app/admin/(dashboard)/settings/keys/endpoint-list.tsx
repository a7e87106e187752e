import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ListedKey } from "#lib/auth/api-keys.ts";
import type { WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { keepEndpoint, removeEndpoint } from "./actions.ts";

/** The merchant's webhook endpoints, each with the API key it belongs to. */
export async function EndpointList({ adminRequest, keys }: { adminRequest: AdminRequest; keys: readonly ListedKey[] }) {
  const words = webhooksText(adminRequest.language);
  const endpoints = (await adminRequest.container.webhookEndpoints.list()).toReversed();
  return (
    <Section title={words.title}>
      <p className="mb-4 text-soft">{words.hint}</p>
      <CardList items={endpoints} empty={<EmptyState title={words.empty} hint="" />}>
        {(endpoint) => (
          <EndpointCard
            endpoint={endpoint}
            adminRequest={adminRequest}
            apiKey={keys.find(({ id }) => id === endpoint.apiKeyId)}
          />
        )}
      </CardList>
    </Section>
  );
}

interface EndpointCardProps {
  readonly endpoint: WebhookEndpointView;
  readonly apiKey: ListedKey | undefined;
  readonly adminRequest: AdminRequest;
}

function EndpointCard({ endpoint, apiKey, adminRequest }: EndpointCardProps) {
  const words = webhooksText(adminRequest.language);
  const isDisabled = endpoint.disabledAt !== null;
  const endedWithKey = isDisabled && endpoint.keptBy === null && (apiKey?.revokedAt ?? null) !== null;
  const facts = [
    endpoint.events.join(", "),
    apiKey === undefined ? words.ofUnknownKey : fill(words.ofKey, { key: apiKey.name }),
    endpoint.keptBy === null ? null : fill(words.keptBy, { email: endpoint.keptBy }),
    isDisabled ? (endedWithKey ? words.endedWithKey : endpoint.disabledReason) : null,
    fullTime(new Date(endpoint.createdAt), adminRequest.language),
  ];
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold break-all">{endpoint.url}</p>
        <Badge tone={isDisabled ? "plain" : "brand"}>{isDisabled ? words.disabled : words.active}</Badge>
      </div>
      <p className="mt-1 text-sm break-words text-soft">{facts.filter(Boolean).join(" · ")}</p>
      {adminRequest.may("keys.write") ? (
        <EndpointActions
          endpoint={endpoint}
          mayKeep={apiKey !== undefined && endpoint.keptBy === null && (!isDisabled || endedWithKey)}
          adminRequest={adminRequest}
        />
      ) : null}
    </Card>
  );
}

interface EndpointActionsProps {
  readonly endpoint: WebhookEndpointView;
  readonly mayKeep: boolean;
  readonly adminRequest: AdminRequest;
}

function EndpointActions({ endpoint, mayKeep, adminRequest: { text, language } }: EndpointActionsProps) {
  const words = webhooksText(language);
  const hidden = { endpointId: endpoint.id };
  return (
    <div className="mt-3 flex flex-wrap gap-3">
      {mayKeep ? (
        <Confirm label={words.keep} hint={words.keepHint}>
          <ActionForm
            action={keepEndpoint}
            submit={endpoint.disabledAt === null ? words.keepConfirm : words.keepAgain}
            working={text.working}
            hidden={hidden}
          />
        </Confirm>
      ) : null}
      <Confirm label={words.remove} hint={words.removeHint} tone="danger">
        <ActionForm
          action={removeEndpoint}
          submit={words.removeConfirm}
          working={text.working}
          tone="danger"
          hidden={hidden}
        />
      </Confirm>
    </div>
  );
}
