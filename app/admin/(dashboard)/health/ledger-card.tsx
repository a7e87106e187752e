import { ActionForm } from "#components/admin/action-form.tsx";
import { Facts } from "#components/admin/heading.tsx";
import { LiveRefresh } from "#components/admin/live-refresh.tsx";
import { fullDay, fullTime } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Verification } from "#lib/ops/ledger/last-verification.ts";
import { upkeepPulse } from "#lib/storage/operations/upkeep-runs.ts";
import { healthText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { verifyLedgerNow } from "../settings/backups/actions.ts";
import { UnderWay } from "../settings/backups/under-way.tsx";
import type { Health } from "./read-health.ts";

const PULSE_EVERY_MS = 2_000;

interface LedgerCardProps {
  readonly ledger: Health["ledger"];
  readonly adminRequest: AdminRequest;
}

/** Whether the books and the audit log are as they were written: how far that is known, and the way to know it now. */
export function LedgerCard({ ledger, adminRequest }: LedgerCardProps) {
  const { language, text, may } = adminRequest;
  const words = healthText(language).ledger;
  const { last, chain, anchor, running } = ledger;
  const count = (value: number) => value.toLocaleString("en");
  const verdict = last?.verdict ?? null;
  const anchored =
    anchor === null
      ? words.anchorNone
      : anchor.keptAt === null
        ? fill(words.anchorWaits, { day: fullDay(anchor.day, language), problem: anchor.problem ?? "…" })
        : fill(words.anchorKept, { day: fullDay(anchor.day, language) });
  return (
    <div className="flex flex-col gap-3">
      <LiveRefresh pulse="/admin/settings/backups/pulse" seen={upkeepPulse(running)} everyMs={PULSE_EVERY_MS} />
      {running?.kind === "verification" ? <UnderWay run={running} adminRequest={adminRequest} /> : null}
      <Card data-testid="ledger">
        <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 pt-4 pb-2 sm:px-5">
          <div className="min-w-0 flex-1 basis-72">
            <Verdict last={last} adminRequest={adminRequest} />
            <p className="mt-2 max-w-prose text-sm text-soft">{words.hint}</p>
          </div>
          {may("upkeep.write") ? (
            <ActionForm action={verifyLedgerNow} submit={words.verify} working={text.working} tone="plain" />
          ) : null}
        </div>
        <Facts
          facts={[
            verdict === null || verdict.chainedAt === null
              ? null
              : {
                  label: words.upTo,
                  value: fill(words.upToLine, {
                    time: fullTime(verdict.chainedAt, language),
                    journal: count(verdict.chains.journal.chained),
                    audit: count(verdict.chains.audit.chained),
                  }),
                },
            {
              label: words.chained,
              value:
                chain.extendedAt === null
                  ? words.nothing
                  : chain.waiting === 0
                    ? fullTime(chain.extendedAt, language)
                    : fill(words.chainedLine, {
                        time: fullTime(chain.extendedAt, language),
                        count: count(chain.waiting),
                      }),
            },
            { label: words.anchor, value: anchored },
          ]}
        />
      </Card>
      {verdict === null || verdict.ok ? null : (
        <Notice tone="warn">
          <ul className="flex flex-col gap-1">
            {verdict.findings.map(({ table, id, problem }) => (
              <li key={`${table} ${id} ${problem}`} className="[overflow-wrap:anywhere]">
                {fill(wordOf(words.tables, table) ?? `${table} {id}`, { id })} {words.problems[problem]}
              </li>
            ))}
            {verdict.more === 0 ? null : <li>{fill(words.more, { count: count(verdict.more) })}</li>}
          </ul>
        </Notice>
      )}
    </div>
  );
}

const wordOf = (words: Readonly<Record<string, string>>, name: string): string | undefined => words[name];

function Verdict({ last, adminRequest }: { last: Verification | null; adminRequest: AdminRequest }) {
  const { language } = adminRequest;
  const words = healthText(language).ledger;
  if (last === null) return <p className="text-lg font-semibold">{words.never}</p>;
  const { verdict, at } = last;
  const said =
    verdict === null
      ? words.failed
      : verdict.ok
        ? words.verified
        : fill(words.changed, { count: verdict.findings.length + verdict.more });
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Badge tone={verdict?.ok === true ? "brand" : "warn"}>{said}</Badge>
      <span className="text-sm text-soft tabular-nums">{fullTime(at, language)}</span>
    </p>
  );
}
