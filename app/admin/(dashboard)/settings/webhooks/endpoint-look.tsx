import { Badge } from "#components/ui/badge.tsx";
import type { WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import type { RecentDelivery } from "#lib/storage/webhooks/delivery-log.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";

/** What came of the last try, in the reader's words; a reason that is not known stands as it was kept. */
export function answerWords(
  { status, error }: { readonly status: number | null; readonly error: string | null },
  language: Language,
): string | null {
  const { answers } = webhooksText(language);
  if (status !== null) return fill(answers.status, { status });
  if (error === null) return null;
  const failed = /^the connection failed(?: \((\w+)\))?$/.exec(error);
  if (failed !== null) return fill(answers.connection, { code: failed[1] ?? "–" });
  return answers.reasons[error] ?? error;
}

const TONES = { active: "brand", failing: "warn", paused: "warn", disabled: "plain" } as const;

export function EndpointBadge({ status, language }: { status: WebhookEndpointView["status"]; language: Language }) {
  return <Badge tone={TONES[status]}>{webhooksText(language).states[status]}</Badge>;
}

interface HealthProps {
  /** Newest first. */
  readonly recent: readonly RecentDelivery[];
  readonly language: Language;
}

/** A bar for each of the newest deliveries, oldest on the left: its colour is what became of it, its height how long it took. */
export function EndpointHealth({ recent, language }: HealthProps) {
  if (recent.length === 0) return null;
  const words = webhooksText(language);
  const count = (status: string) => recent.filter((each) => each.status === status).length;
  const times = recent.flatMap(({ durationMs }) => durationMs ?? []).sort((one, other) => one - other);
  const usualMs = times[Math.floor(times.length / 2)];
  const sentence = fill(words.health, {
    ...{ count: recent.length, delivered: count("delivered"), waiting: count("pending"), failed: count("given_up") },
  });
  return (
    <figure>
      <div aria-hidden="true" className="flex h-10 items-end gap-0.5">
        {recent.toReversed().map((each) => (
          <span
            key={each.eventId}
            className={`max-w-4 min-w-0.5 flex-1 rounded-t-xs ${colourOf(each)}`}
            style={{ height: `${heightOf(each.durationMs)}%` }}
          />
        ))}
      </div>
      <figcaption className="mt-2 text-sm text-soft">
        {sentence}
        {usualMs === undefined ? null : ` · ${fill(words.healthUsual, { ms: usualMs })}`}
      </figcaption>
    </figure>
  );
}

function colourOf({ status, tries }: RecentDelivery): string {
  if (status === "delivered") return tries > 1 ? "bg-brand-ink/50" : "bg-brand-ink";
  return status === "given_up" ? "bg-warn-ink" : "bg-warn-ink/50";
}

/** From a quarter at nothing to the whole at the ten seconds that an endpoint has; by the logarithm, since both matter. */
function heightOf(durationMs: number | null): number {
  if (durationMs === null) return 25;
  return Math.round(25 + 75 * Math.min(1, Math.log10(1 + durationMs) / 4));
}
