import { fullDay } from "#components/admin/moments.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { beijingDay } from "#lib/base/beijing-time.ts";
import type { DraftReport, DraftSlot } from "#lib/config/credential-draft.ts";
import { credentialsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";

const TONES = { dropped: "brand", in_use: "plain", missing: "warn", not_needed: "plain" } as const;

/** What each place holds, and what is still missing with where to find it. */
export function SlotList({ report, adminRequest }: { report: DraftReport; adminRequest: AdminRequest }) {
  const words = credentialsText(adminRequest.language);
  return (
    <Card>
      <ul className="divide-y divide-line px-4 sm:px-5">
        {report.slots.map((held) => (
          <li key={held.slot} className="flex items-start justify-between gap-3 py-3" data-testid={`slot-${held.slot}`}>
            <div className="min-w-0">
              <p className="font-medium">{words.slots[held.slot]}</p>
              <Detail held={held} adminRequest={adminRequest} />
            </div>
            <Badge tone={TONES[held.state]}>{words.states[held.state]}</Badge>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Detail({ held, adminRequest }: { held: DraftSlot; adminRequest: AdminRequest }) {
  const words = credentialsText(adminRequest.language);
  const { slot, state, shown, expiresAt } = held;
  if (state === "missing") return <p className="mt-0.5 text-sm text-soft">{words.where[slot]}</p>;
  if (shown !== null) return <p className="mt-0.5 font-mono text-sm break-all text-soft">{shown}</p>;
  if (expiresAt !== null) {
    return (
      <p className="mt-0.5 text-sm text-soft tabular-nums">
        {fill(words.until, { day: fullDay(beijingDay(expiresAt), adminRequest.language) })}
      </p>
    );
  }
  return state === "not_needed" ? null : <p className="mt-0.5 text-sm text-soft">{words.sealed}</p>;
}
