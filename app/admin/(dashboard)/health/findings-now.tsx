import Link from "next/link";
import { LINK } from "#components/admin/look.ts";
import { fullTime } from "#components/admin/moments.ts";
import { Unfold } from "#components/admin/unfold.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Finding } from "#lib/base/finding.ts";
import type { DoctorReport } from "#lib/ops/doctor/index.ts";
import { doctorText, healthText } from "#lib/texts/admin.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";

interface FindingsNowProps {
  /** Null where nothing could be looked at. */
  readonly report: DoctorReport | null;
  readonly now: Date;
  readonly adminRequest: AdminRequest;
}

const isTrouble = ({ result }: Finding): boolean => result === "failed" || result === "warning";

/** What the doctor says of our own machine and processes, what needs a person first. */
export function FindingsNow({ report, now, adminRequest }: FindingsNowProps) {
  const { language, may } = adminRequest;
  const words = healthText(language);
  const doctor = doctorText(language);
  if (report === null) return <Notice tone="warn">{words.unknown}</Notice>;
  const troubles = report.findings.filter(isTrouble);
  const others = report.findings.filter((finding) => !isTrouble(finding));
  return (
    <div data-testid="findings" data-troubles={troubles.length}>
      <Notice tone={troubles.length === 0 ? "brand" : "warn"}>
        <p role="status" className="font-medium">
          {troubles.length === 0 ? words.well : fill(words.trouble, { count: troubles.length })}
        </p>
        <p className="mt-0.5 tabular-nums">{fill(words.looked, { time: fullTime(now, language) })}</p>
      </Notice>
      {troubles.length === 0 ? null : (
        <ul className="mt-4 flex flex-col gap-3">
          {troubles.map(({ check, result, evidence, next }) => (
            <li key={check}>
              <Card className="px-4 py-4 sm:px-5">
                <div className="flex items-center justify-between gap-3">
                  <h2 className="font-semibold">{doctor.checks[check]}</h2>
                  <Badge tone="warn">{doctor.results[result]}</Badge>
                </div>
                <p className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">{wordSentence(evidence, language)}</p>
                {next === null ? null : (
                  <p className="mt-3 [overflow-wrap:anywhere]">
                    <span className="font-medium">{words.next}</span> {wordSentence(next, language)}
                  </p>
                )}
              </Card>
            </li>
          ))}
        </ul>
      )}
      <Unfold label={fill(words.checkedList, { count: others.length })}>
        <Card>
          <ul className="divide-y divide-line px-4 sm:px-5">
            {others.map(({ check, result, evidence }) => (
              <li key={check} className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1 py-3">
                <span className="font-medium">{doctor.checks[check]}</span>
                <span className="text-sm text-soft [overflow-wrap:anywhere]">
                  {wordSentence(evidence, language)} · {doctor.results[result]}
                </span>
              </li>
            ))}
          </ul>
        </Card>
      </Unfold>
      {may("config.read") ? (
        <p className="mt-1">
          <Link href="/admin/settings/doctor" prefetch={false} className={`${LINK} inline-flex min-h-11 items-center`}>
            {words.doctor}
          </Link>
        </p>
      ) : null}
    </div>
  );
}
