import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Check, Field, Radio } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ListedKey } from "#lib/auth/api-keys.ts";
import { isScope } from "#lib/auth/scopes.ts";
import { API_KEY_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { SCOPES } from "#lib/contract/scope.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { createKey, revokeKey } from "./actions.ts";
import { EndpointList } from "./endpoint-list.tsx";

export default adminPage("keys.read", async (adminRequest) => {
  const { container, text } = adminRequest;
  const keys = (await container.keys.list()).toReversed();
  return (
    <>
      <Heading title={text.keys.title} />
      <p className="mb-4 text-soft">{text.keys.hint}</p>
      {adminRequest.may("keys.write") ? <NewKey adminRequest={adminRequest} /> : null}
      <Section title={text.keys.title}>
        <CardList items={keys} empty={<EmptyState title={text.keys.empty} hint={text.keys.hint} />}>
          {(key) => <KeyCard apiKey={key} adminRequest={adminRequest} />}
        </CardList>
      </Section>
      <EndpointList adminRequest={adminRequest} keys={keys} />
    </>
  );
});

function NewKey({ adminRequest: { text } }: { adminRequest: AdminRequest }) {
  const { keys } = text;
  return (
    <Card className="max-w-2xl px-4 py-4 sm:px-5">
      <ActionForm action={createKey} submit={keys.create} working={text.working}>
        <Field
          label={keys.name}
          name="name"
          placeholder={keys.nameHint}
          maxLength={API_KEY_NAME_CHARS_MAX}
          required
          autoComplete="off"
        />
        <Check label={keys.requireSigning} hint={keys.requireSigningHint} name="requireSigning" />
        <fieldset>
          <legend className="text-sm font-medium">{keys.scopeLabel}</legend>
          <Radio name="access" value="some" defaultChecked label={keys.someScopes} hint={keys.someScopesHint} />
          <div className="grid pl-8 sm:grid-cols-2 supports-[selector(:has(*))]:hidden [fieldset:has([value=some]:checked)_&]:grid">
            {SCOPES.map((scope) => (
              <Check key={scope} label={keys.scopes[scope]} name="scopes[]" value={scope} />
            ))}
          </div>
          <Radio name="access" value="all" label={keys.allScopes} hint={keys.allScopesHint} />
        </fieldset>
      </ActionForm>
    </Card>
  );
}

function KeyCard({ apiKey, adminRequest }: { apiKey: ListedKey; adminRequest: AdminRequest }) {
  const { text, language } = adminRequest;
  const { keys } = text;
  const revoked = apiKey.revokedAt !== null;
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold break-words">{apiKey.name}</p>
        <Badge tone={revoked ? "plain" : "brand"}>{revoked ? keys.revoked : keys.active}</Badge>
      </div>
      <p className="mt-1 text-sm break-all text-soft">
        <code className="font-mono">{apiKey.id}</code>
      </p>
      <p className="mt-1 text-sm text-soft">
        {[
          apiKey.requireSigning ? keys.signed : keys.bearer,
          apiKey.scopes
            .filter(isScope)
            .map((scope) => keys.scopes[scope])
            .join(text.listComma) || keys.everything,
          fullTime(apiKey.createdAt, language),
        ].join(" · ")}
      </p>
      {revoked || !adminRequest.may("keys.write") ? null : (
        <div className="mt-3">
          <Confirm label={keys.revoke} hint={keys.revokeHint} tone="danger">
            <ActionForm
              action={revokeKey}
              submit={keys.revokeConfirm}
              working={text.working}
              tone="danger"
              hidden={{ keyId: apiKey.id }}
            />
          </Confirm>
        </div>
      )}
    </Card>
  );
}
