import { amountText } from "#components/ui/amount.tsx";
import type { ListedRun, RunSums } from "#lib/storage/reconciliation/discrepancies.ts";
import type { AdminText } from "#lib/texts/admin.ts";

/** A day's sums at WeChat and here; differences are highlighted. */
export function DaySums({ run, text }: { run: ListedRun; text: AdminText }) {
  const { reconciliation: words } = text;
  const { sums } = run;
  if (sums === null) return <p className="px-4 py-4 text-soft sm:px-5">{words.noSums}</p>;
  const rows: readonly { key: keyof RunSums; label: string; hint?: string }[] = [
    { key: "paid", label: words.paid },
    { key: "settled", label: words.settled, hint: words.settledHint },
    { key: "refunded", label: words.refunded },
  ];
  const cell = "px-2 py-3 text-right whitespace-nowrap tabular-nums sm:px-5";
  return (
    <table className="w-full border-collapse">
      <thead>
        <tr className="text-sm text-soft">
          <th scope="col" className="px-4 py-3 text-left font-medium sm:px-5">
            {words.side.name}
          </th>
          <th scope="col" className={`${cell} font-medium`}>
            {words.side.theirs}
          </th>
          <th scope="col" className={`${cell} pr-4 font-medium`}>
            {words.side.ours}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, label, hint }) => {
          const apart = sums.theirs[key] !== sums.ours[key];
          return (
            <tr key={key} className={`border-t border-line ${apart ? "bg-warn-soft text-warn-ink" : ""}`}>
              <th scope="row" className="px-4 py-3 text-left font-normal sm:px-5">
                {label}
                {hint === undefined ? null : <span className="block text-xs">{hint}</span>}
              </th>
              <td className={cell}>{amountText(sums.theirs[key])}</td>
              <td className={`${cell} pr-4`}>{amountText(sums.ours[key])}</td>
            </tr>
          );
        })}
        {sums.fees === null ? null : (
          <tr className="border-t border-line">
            <th scope="row" className="px-4 py-3 text-left font-normal sm:px-5">
              {words.fees}
            </th>
            <td className={cell}>{sums.fees < 0 ? `-${amountText(-sums.fees)}` : amountText(sums.fees)}</td>
            <td className={`${cell} pr-4 text-soft`}>{text.none}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
