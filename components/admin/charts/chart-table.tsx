import Link from "next/link";
import type { ChartData } from "./chart-types.ts";

/** The figures of a chart, to read and to click. */
export function ChartTable({ data, label }: { data: ChartData; label: string }) {
  return (
    <details className="group min-w-0 open:w-full">
      <summary className="flex min-h-11 cursor-pointer list-none items-center text-brand-ink underline underline-offset-4">
        {label}
      </summary>
      <div className="overflow-x-auto pb-2">
        <table className="w-full border-collapse text-right tabular-nums">
          <caption className="sr-only">{data.title}</caption>
          <thead>
            <tr>
              <th scope="col" className="py-2 pr-3 text-left font-medium text-soft">
                {data.pointName}
              </th>
              {data.series.map(({ name }) => (
                <th key={name} scope="col" className="py-2 pl-3 font-medium text-soft">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.points.map(({ label: name, href, mark }, at) => (
              <tr key={name} className="border-t border-line">
                <th scope="row" className="py-2 pr-3 text-left font-normal whitespace-nowrap">
                  {href === undefined ? (
                    name
                  ) : (
                    <Link
                      href={href}
                      prefetch={false}
                      className="inline-block py-1 text-brand-ink underline-offset-4 hover:underline"
                    >
                      {name}
                    </Link>
                  )}
                  {mark === undefined ? null : <span className="block text-warn-ink">{mark}</span>}
                </th>
                {data.series.map((series) => (
                  <td key={series.name} className="py-2 pl-3 whitespace-nowrap">
                    {series.texts[at]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
