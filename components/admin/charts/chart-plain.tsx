import type { ChartData } from "./chart-types.ts";

/** The chart before scripts, and instead of them: bars of plain elements, those that are compared with behind them. */
export function Plain({ data, hidden }: { data: ChartData; hidden: boolean }) {
  const most = Math.max(1, ...data.series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const [first, second] = data.series.filter(({ form }) => form === "bar" || form === "line");
  const height = (value: number | null | undefined) =>
    `${Math.max(0, Math.round(((value ?? 0) / most) * 1_000) / 10)}%`;
  const last = data.points.at(-1);
  return (
    <div aria-hidden="true" className={`absolute inset-0 flex flex-col ${hidden ? "invisible" : ""}`}>
      <div className="flex min-h-0 flex-1 items-end gap-px border-b border-line sm:gap-0.5">
        {data.points.map(({ label, mark }, at) => (
          <span key={label} className="relative h-full min-w-0 flex-1">
            {second === undefined ? null : (
              <span
                className="absolute inset-x-0 bottom-0 rounded-t-sm bg-soft opacity-25"
                style={{ height: height(second.values[at]) }}
              />
            )}
            <span
              className={`absolute inset-x-[15%] bottom-0 rounded-t-sm ${mark === undefined ? "bg-action" : "bg-warn-ink"}`}
              style={{ height: height(first?.values[at]) }}
            />
          </span>
        ))}
      </div>
      <p className="flex h-6 items-center justify-between text-xs text-soft tabular-nums">
        <span>{data.points[0]?.label}</span>
        <span>{data.points.length > 1 ? last?.label : ""}</span>
      </p>
    </div>
  );
}
