import { ActionForm } from "#components/admin/action-form.tsx";
import { Confirm } from "#components/admin/confirm.tsx";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { fullTime } from "#components/admin/moments.ts";
import { Pager } from "#components/admin/pager.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { FieldChange, FieldView } from "#lib/storage/configuration/config-fields.ts";
import type { ConfigVersion } from "#lib/storage/configuration/config-versions.ts";
import { type ConfigurationText, configurationText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { rollBackConfiguration } from "./actions.ts";

interface VersionListProps {
  /** Newest first, one more than is shown where there are more. */
  readonly versions: readonly ConfigVersion[];
  readonly limit: number;
  /** The list begins with the active version. */
  readonly isFirstPage: boolean;
  /** Real credentials are active: no rollback to a sandbox is offered. */
  readonly isReal: boolean;
  readonly adminRequest: AdminRequest;
}

/** All configuration versions: who, when, source, changes, and a rollback button. */
export function VersionList({ versions, limit, isFirstPage, isReal, adminRequest }: VersionListProps) {
  const words = configurationText(adminRequest.language);
  if (versions.length === 0) {
    return (
      <Card>
        <EmptyState title={words.empty} hint={words.emptyHint} />
      </Card>
    );
  }
  const shown = versions.slice(0, limit);
  const next = versions.length > limit ? `/admin/settings?before=${shown.at(-1)?.version}` : null;
  return (
    <>
      <Card>
        <ol className="divide-y divide-line px-4 sm:px-5" data-testid="versions">
          {shown.map((version, index) => (
            <li key={version.version} className="py-4">
              <Version
                version={version}
                inForce={isFirstPage && index === 0}
                isReal={isReal}
                adminRequest={adminRequest}
                words={words}
              />
            </li>
          ))}
        </ol>
      </Card>
      <p className="mt-3 text-sm text-soft">{words.secretHint}</p>
      <Pager words={adminRequest.text} first={isFirstPage ? null : "/admin/settings"} next={next} />
    </>
  );
}

interface VersionProps {
  readonly version: ConfigVersion;
  readonly inForce: boolean;
  readonly isReal: boolean;
  readonly adminRequest: AdminRequest;
  readonly words: ConfigurationText;
}

function Version({ version, inForce, isReal, adminRequest, words }: VersionProps) {
  const { version: number, actor, origin, at, changes } = version;
  const source = fill(words.sources[version.source], { to: version.rolledBackTo ?? "" });
  // For a file and the sandbox the source already says it.
  const isPerson = version.source === "dashboard" || version.source === "rollback";
  const canGoBack = !inForce && !(version.sandbox && isReal) && adminRequest.may("config.write");
  const isFirst = changes.every(({ before }) => before === null);
  return (
    <article aria-labelledby={`version-${number}`}>
      <p className="flex flex-wrap items-center gap-2">
        <span id={`version-${number}`} className="font-semibold">
          {fill(words.version, { version: number })}
        </span>
        {inForce ? <Badge tone="brand">{words.inForce}</Badge> : null}
        {version.sandbox ? <Badge tone="warn">{words.sandbox}</Badge> : null}
      </p>
      <p className="mt-1 text-sm [overflow-wrap:anywhere] text-soft tabular-nums">
        {[fullTime(at, adminRequest.language), source, origin, isPerson ? (words.actors[actor] ?? actor) : null]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {changes.length === 0 ? (
        <p className="mt-2 text-sm text-soft">{words.nothing}</p>
      ) : (
        <details className="mt-2" open={!isFirst && inForce}>
          <summary className="min-h-11 cursor-pointer py-3 text-sm text-brand-ink">
            {fill(isFirst ? words.first : words.changed, { count: changes.length })}
          </summary>
          <Changes changes={changes} isFirst={isFirst} words={words} name={(field) => nameIn(field, words)} />
        </details>
      )}
      {canGoBack ? <RollBack number={number} adminRequest={adminRequest} words={words} /> : null}
    </article>
  );
}

/** What people call a field; its own name where it has no other. */
const nameIn = (field: string, { fields }: ConfigurationText): string =>
  Object.hasOwn(fields, field) ? fields[field as keyof ConfigurationText["fields"]] : field;

function Changes({
  changes,
  isFirst,
  words,
  name,
}: {
  changes: readonly FieldChange[];
  isFirst: boolean;
  words: ConfigurationText;
  name: (field: string) => string;
}) {
  return (
    <dl className="divide-y divide-line rounded-xl bg-sunken px-3">
      {changes.map(({ field, before, after }) => (
        <div key={field} className="py-2 text-sm">
          <dt className="text-soft">
            {name(field)} <code className="font-mono text-xs">{field}</code>
          </dt>
          <dd className="mt-0.5 [overflow-wrap:anywhere]">
            {isFirst ? null : (
              <>
                <del className="text-soft">
                  <Shown view={before} words={words} />
                </del>{" "}
                <span aria-hidden="true">→</span>{" "}
              </>
            )}
            <ins className="no-underline">
              <Shown view={after} words={words} />
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Shown({ view, words }: { view: FieldView | null; words: ConfigurationText }) {
  if (view === null) return words.none;
  if ("value" in view) return view.value;
  return <code className="font-mono">[{fill(words.secret, { print: view.print })}]</code>;
}

function RollBack({
  number,
  adminRequest,
  words,
}: {
  number: number;
  adminRequest: AdminRequest;
  words: ConfigurationText;
}) {
  return (
    <div className="mt-3">
      <Confirm label={words.rollBack} hint={words.rollBackHint}>
        <ActionForm
          action={rollBackConfiguration}
          submit={fill(words.confirm, { version: number })}
          working={adminRequest.text.working}
          hidden={{ version: String(number) }}
          label={fill(words.rollBackLabel, { version: number })}
        />
      </Confirm>
    </div>
  );
}
