import { Suspense } from "react";
import { EmptyState } from "#components/admin/empty-state.tsx";
import { Heading, Section } from "#components/admin/heading.tsx";
import { toneLook } from "#components/admin/look.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Finding } from "#lib/base/finding.ts";
import { doctorText } from "#lib/texts/admin.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { fill } from "#lib/texts/words.ts";
import { adminPage } from "../../../admin-page.tsx";
import type { AdminRequest } from "../../../admin-request.ts";

/** Runs on a submitted form only: prefetching the page must not start calls to WeChat. */
export default adminPage("config.read", (adminRequest, { search }) => {
  const words = doctorText(adminRequest.language);
  const isAsked = search.run === "1";
  return (
    <>
      <Heading title={words.title} />
      <p className="mb-5 max-w-prose text-soft">{words.intro}</p>
      <form method="get" className="mb-6">
        <input type="hidden" name="run" value="1" />
        <button type="submit" className={`${toneLook("primary")} max-sm:w-full`}>
          {isAsked ? words.again : words.start}
        </button>
      </form>
      {isAsked ? (
        <Suspense fallback={<p role="status">{words.running}</p>}>
          <Findings adminRequest={adminRequest} />
        </Suspense>
      ) : null}
    </>
  );
});

const MATTERS: ReadonlySet<Finding["result"]> = new Set(["failed", "warning"]);

async function Findings({ adminRequest }: { adminRequest: AdminRequest }) {
  const { container, text, language } = adminRequest;
  const seen = await container.doctor?.();
  if (seen === undefined) return <EmptyState title={text.errors.brokenTitle} hint={text.errors.broken} />;
  const words = doctorText(language);
  const matters = seen.findings.filter(({ result }) => MATTERS.has(result));
  const others = seen.findings.filter(({ result }) => !MATTERS.has(result));
  const seconds = (seen.ms / 1_000).toFixed(1);
  return (
    <div data-testid="findings" data-result={seen.result}>
      <Notice tone={seen.result === "ok" ? "brand" : "warn"}>
        <p role="status" className="font-medium">
          {words.summary[seen.result]}
        </p>
        <p className="text-sm tabular-nums">{fill(words.took, { seconds })}</p>
      </Notice>
      {matters.length === 0 ? null : (
        <ul className="mt-5 flex flex-col gap-4">
          {matters.map((finding) => (
            <li key={finding.check}>
              <Card className="px-4 py-4 sm:px-5">
                <Line finding={finding} adminRequest={adminRequest} heading />
                {finding.next === null ? null : (
                  <p className="mt-3 [overflow-wrap:anywhere]">
                    <span className="font-medium">{words.next}</span> {wordSentence(finding.next, language)}
                  </p>
                )}
              </Card>
            </li>
          ))}
        </ul>
      )}
      <Section title={matters.length === 0 ? words.all : words.others}>
        <Card>
          <ul className="divide-y divide-line px-4 sm:px-5">
            {others.map((finding) => (
              <li key={finding.check} className="py-3">
                <Line finding={finding} adminRequest={adminRequest} />
              </li>
            ))}
          </ul>
        </Card>
      </Section>
    </div>
  );
}

function Line({
  finding,
  adminRequest,
  heading = false,
}: {
  finding: Finding;
  adminRequest: AdminRequest;
  heading?: boolean;
}) {
  const { language } = adminRequest;
  const { check, result, evidence } = finding;
  const words = doctorText(language);
  const Name = heading ? "h2" : "p";
  return (
    <>
      <div className="flex items-center justify-between gap-3">
        <Name className={heading ? "font-semibold" : "font-medium"}>{words.checks[check]}</Name>
        <Badge tone={TONES[result]}>{words.results[result]}</Badge>
      </div>
      <p className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">{wordSentence(evidence, language)}</p>
    </>
  );
}

const TONES = { ok: "brand", warning: "warn", failed: "warn", not_applicable: "plain", unknown: "plain" } as const;
