import type { ShownReason } from "./action-state.ts";

/** Errors listed by field; a field may have several. */
export function ReasonList({ reasons }: { reasons: readonly ShownReason[] }) {
  if (reasons.length === 0) return null;
  const fields = [...new Set(reasons.map(({ field }) => field))];
  return (
    <dl className="mt-3 divide-y divide-current/15">
      {fields.map((field) => (
        <div key={field} className="gap-4 py-2 sm:flex">
          <dt className="shrink-0 font-mono text-xs break-all sm:w-44 sm:pt-0.5">{field}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            {reasons
              .filter((reason) => reason.field === field)
              .map(({ text }) => (
                <span key={text} className="block">
                  {text}
                </span>
              ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
