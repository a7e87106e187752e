import { Card } from "#components/ui/card.tsx";
import type { UpkeepRun } from "#lib/storage/operations/upkeep-runs.ts";
import { upkeepText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";

/** How far a backup or a drill is. */
export function UnderWay({ run, adminRequest }: { run: UpkeepRun; adminRequest: AdminRequest }) {
  const words = upkeepText(adminRequest.language);
  const { kind, step, steps, stepsDone } = run;
  const name = step === null ? words.waiting : words.steps[step];
  const said = steps === 0 ? name : fill(words.stepOf, { step: name, done: stepsDone, of: steps });
  return (
    <Card className="px-4 py-4 sm:px-5" data-testid="under-way">
      <p className="font-semibold">{words.underWay[kind]}</p>
      <p role="status" className="mt-1 text-sm text-soft tabular-nums">
        {said}
      </p>
      <div
        role="progressbar"
        aria-label={words.underWay[kind]}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(steps === 0 ? {} : { "aria-valuenow": Math.round((100 * stepsDone) / steps) })}
        className="mt-3 h-2.5 overflow-hidden rounded-full bg-sunken"
      >
        <span
          className={`block h-full rounded-full bg-action ${steps === 0 ? "motion-safe:animate-pulse" : ""}`}
          style={{ width: steps === 0 ? "30%" : `${Math.max(3, (100 * stepsDone) / steps)}%` }}
        />
      </div>
    </Card>
  );
}
