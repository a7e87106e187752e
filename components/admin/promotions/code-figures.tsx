import { amountText } from "#components/ui/amount.tsx";
import type { CodeFigures } from "#lib/contract/promotion-codes.ts";
import type { CodesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";

const PARTS = [
  { name: "used", look: "bg-action" },
  { name: "free", look: "bg-brand-soft" },
  { name: "revoked", look: "bg-soft" },
] as const;

/** How far a promotion's codes are used, as one bar and in words. */
export function CodeFiguresView({ figures, words }: { figures: CodeFigures; words: CodesText }) {
  const { total, open, paid, given } = figures;
  if (total === 0) return <p className="text-soft">{words.none}</p>;
  const grouped = (count: number) => count.toLocaleString("en-US");
  return (
    <div className="flex flex-col gap-3 text-sm" data-testid="code-figures">
      <p className="font-medium">
        {fill(words.figures, {
          total: grouped(total),
          free: grouped(figures.free),
          used: grouped(figures.used),
          revoked: grouped(figures.revoked),
        })}
      </p>
      <div aria-hidden="true" className="flex h-3 overflow-hidden rounded-full bg-sunken">
        {PARTS.map(({ name, look }) => (
          <div key={name} className={look} style={{ width: `${(figures[name] / total) * 100}%` }} />
        ))}
      </div>
      <ul aria-hidden="true" className="flex flex-wrap gap-x-4 gap-y-1 text-soft">
        {PARTS.map(({ name, look }) => (
          <li key={name} className="flex items-center gap-2">
            <span className={`size-3 rounded-full border border-line ${look}`} />
            {words.parts[name]} {grouped(figures[name])}
          </li>
        ))}
      </ul>
      <p>{fill(words.given, { paid: grouped(paid), open: grouped(open), amount: amountText(given) })}</p>
    </div>
  );
}
