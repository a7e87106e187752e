import { ActionForm } from "#components/admin/action-form.tsx";
import { CardList } from "#components/admin/card-list.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Check, Field, Lines, Radio, Select } from "#components/admin/field.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { fullTime, shortTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ListedKey } from "#lib/auth/api-keys.ts";
import { isScope } from "#lib/auth/scopes.ts";
import { API_KEY_ENDING_MS, API_KEY_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { SCOPES } from "#lib/contract/scope.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";
import { OVERLAPS } from "../overlap.ts";
import { createKey, limitKey, rescopeKey, revokeKey, rotateKey } from "./actions.ts";

export default adminPage("keys.read", async (adminRequest) => {
  const { container, language, text } = adminRequest;
  const keys = (await container.keys.list()).toReversed();
  return (
    <>
      <Heading title={text.keys.title}>
        <a href={`/docs/${language}/quick-start`} className={`${toneLook("plain")} max-sm:w-full`}>
          {text.keys.guide}
        </a>
      </Heading>
      <p className="mb-4 text-soft">{text.keys.hint}</p>
      {adminRequest.may("keys.write") ? <NewKey adminRequest={adminRequest} /> : null}
      <Section title={text.keys.title}>
        <CardList items={keys} empty={<EmptyState title={text.keys.empty} hint={text.keys.hint} />}>
          {(key) => <KeyCard apiKey={key} adminRequest={adminRequest} />}
        </CardList>
      </Section>
    </>
  );
});

function NewKey({ adminRequest: { text } }: { adminRequest: AdminRequest }) {
  const { keys } = text;
  return (
    <Card className="max-w-2xl px-4 py-4 sm:px-5" data-testid="new-key">
      <ActionForm action={createKey} submit={keys.create} working={text.working}>
        <Field
          label={keys.name}
          name="name"
          placeholder={keys.nameHint}
          maxLength={API_KEY_NAME_CHARS_MAX}
          required
          autoComplete="off"
        />
        <Select
          label={keys.expires}
          name="expires"
          options={TERMS.map((value) => ({ value, label: keys.terms[value] }))}
        />
        <Lines label={keys.networks} hint={keys.networksHint} name="networks" />
        <Check label={keys.requireSigning} hint={keys.requireSigningHint} name="requireSigning" />
        <ScopeChoice text={text} scopes={null} />
      </ActionForm>
    </Card>
  );
}

/** @param scopes of a key that is there; null for a new one, which begins with none */
function ScopeChoice({ text: { keys }, scopes }: { text: AdminText; scopes: readonly string[] | null }) {
  const isAll = scopes?.length === 0;
  return (
    <fieldset>
      <legend className="text-sm font-medium">{keys.scopeLabel}</legend>
      <Radio name="access" value="some" defaultChecked={!isAll} label={keys.someScopes} hint={keys.someScopesHint} />
      <div className="grid pl-8 sm:grid-cols-2 supports-[selector(:has(*))]:hidden [fieldset:has([value=some]:checked)_&]:grid">
        {SCOPES.map((scope) => (
          <Check
            key={scope}
            label={keys.scopes[scope]}
            name="scopes[]"
            value={scope}
            defaultChecked={scopes?.includes(scope) === true}
          />
        ))}
      </div>
      <Radio name="access" value="all" defaultChecked={isAll} label={keys.allScopes} hint={keys.allScopesHint} />
    </fieldset>
  );
}

interface KeyCardProps {
  readonly apiKey: ListedKey;
  readonly adminRequest: AdminRequest;
}

function KeyCard({ apiKey, adminRequest }: KeyCardProps) {
  const { revokedAt } = apiKey;
  return (
    <Card className="px-4 py-4 sm:px-5">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 font-semibold break-words">{apiKey.name}</p>
        <KeyBadge apiKey={apiKey} adminRequest={adminRequest} />
      </div>
      <p className="mt-1 text-sm break-all text-soft">
        <code className="font-mono">{apiKey.id}</code>
      </p>
      {factsOf(apiKey, adminRequest).map((facts) => (
        <p key={facts[0]} className="mt-1 text-sm break-words text-soft">
          {facts.join(" · ")}
        </p>
      ))}
      {revokedAt !== null || !adminRequest.may("keys.write") ? null : (
        <KeyActions apiKey={apiKey} adminRequest={adminRequest} />
      )}
    </Card>
  );
}

function KeyBadge({ apiKey: { revokedAt, expiresAt }, adminRequest: { text, container } }: KeyCardProps) {
  const { keys } = text;
  const now = container.clock.now();
  if (expiresAt !== null && expiresAt <= now) return <Badge>{keys.expired}</Badge>;
  if (revokedAt !== null) return <Badge>{keys.revoked}</Badge>;
  const ends = expiresAt !== null && expiresAt.getTime() - now.getTime() < API_KEY_ENDING_MS;
  return <Badge tone={ends ? "warn" : "brand"}>{ends ? keys.ending : keys.active}</Badge>;
}

/** What it may, from where and until when; then its use. */
function factsOf(apiKey: ListedKey, { text, language, container }: AdminRequest): string[][] {
  const { keys } = text;
  const { allowedNetworks, expiresAt, lastUsedAt, lastUsedFrom, previousSecretUntil } = apiKey;
  const scopes = apiKey.scopes.filter(isScope).map((scope) => keys.scopes[scope]);
  const networks = allowedNetworks.join(text.listComma);
  const overlaps = previousSecretUntil !== null && previousSecretUntil > container.clock.now();
  return [
    [apiKey.requireSigning ? keys.signed : keys.bearer, scopes.join(text.listComma) || keys.everything],
    [
      networks === "" ? keys.anywhere : fill(keys.onlyFrom, { networks }),
      expiresAt === null ? keys.forever : fill(keys.until, { time: fullTime(expiresAt, language) }),
      ...(overlaps ? [fill(keys.overlap, { time: shortTime(previousSecretUntil, language) })] : []),
    ],
    [
      lastUsedAt === null
        ? keys.neverUsed
        : fill(keys.lastUsed, { time: fullTime(lastUsedAt, language), address: lastUsedFrom ?? "" }),
      `${keys.columns.created} ${fullTime(apiKey.createdAt, language)}`,
    ],
  ];
}

function KeyActions({ apiKey, adminRequest: { text } }: KeyCardProps) {
  const { keys } = text;
  const hidden = { keyId: apiKey.id };
  return (
    <div className="mt-3 flex flex-wrap gap-3">
      <Confirm label={keys.rotate} hint={keys.rotateHint}>
        <ActionForm action={rotateKey} submit={keys.rotateConfirm} working={text.working} hidden={hidden}>
          <Select
            label={keys.oldSecret}
            name="overlap"
            options={OVERLAPS.map((value) => ({ value, label: keys.overlaps[value] }))}
          />
        </ActionForm>
      </Confirm>
      <Confirm label={keys.rescope} hint={keys.rescopeHint}>
        <ActionForm action={rescopeKey} submit={keys.limitConfirm} working={text.working} hidden={hidden}>
          <ScopeChoice text={text} scopes={apiKey.scopes} />
        </ActionForm>
      </Confirm>
      <Confirm label={keys.limit} hint={keys.limitHint}>
        <ActionForm action={limitKey} submit={keys.limitConfirm} working={text.working} hidden={hidden}>
          <Select
            label={keys.expires}
            name="expires"
            options={(["keep", ...TERMS] as const).map((value) => ({ value, label: keys.terms[value] }))}
          />
          <Lines
            label={keys.networks}
            hint={keys.networksHint}
            name="networks"
            defaultValue={apiKey.allowedNetworks.join("\n")}
          />
        </ActionForm>
      </Confirm>
      <Confirm label={keys.revoke} hint={keys.revokeHint} tone="danger">
        <ActionForm
          action={revokeKey}
          submit={keys.revokeConfirm}
          working={text.working}
          tone="danger"
          hidden={hidden}
        />
      </Confirm>
    </div>
  );
}

const TERMS = ["never", "30", "90", "365"] as const;
