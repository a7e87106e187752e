import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Finding } from "#lib/base/finding.ts";
import { credentialsText, doctorText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";

const SEVERITY: readonly Finding["result"][] = ["failed", "warning", "unknown", "ok"];
const rank = ({ result }: Finding): number => SEVERITY.indexOf(result);

/** What the doctor says of credentials that are not in use yet; what has to be done first. */
export function DraftFindings({ findings, language }: { findings: readonly Finding[]; language: Language }) {
  const doctor = doctorText(language);
  const words = credentialsText(language);
  const shown = findings
    .filter(({ result }) => result !== "not_applicable")
    .toSorted((one, other) => rank(one) - rank(other));
  return (
    <Card data-testid="findings">
      <ul className="divide-y divide-line px-4 sm:px-5">
        {shown.map(({ check, result, evidence, next }) => (
          <li key={check} className="py-3">
            <div className="flex items-center justify-between gap-3">
              <p className="font-medium">{doctor.checks[check]}</p>
              <Badge tone={result === "ok" ? "brand" : result === "unknown" ? "plain" : "warn"}>
                {doctor.results[result]}
              </Badge>
            </div>
            <p className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">{wordSentence(evidence, language)}</p>
            {next === null || result === "ok" ? null : (
              <p className="mt-2 text-sm [overflow-wrap:anywhere]">
                <span className="font-medium">{words.next}</span> {wordSentence(next, language)}
              </p>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
