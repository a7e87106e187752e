import Link from "next/link";
import { LINK } from "#components/admin/look.ts";
import { fill } from "#lib/texts/words.ts";

interface ChipsProps {
  readonly label: string;
  /** Names what a chip does: `Remove: {name}`. */
  readonly remove: string;
  /** Takes all of them off at once. */
  readonly clear: { readonly label: string; readonly href: string };
  readonly chips: readonly { readonly label: string; readonly href: string }[];
}

/** Every condition that a list is narrowed by, each to be taken off. */
export function Chips({ label: name, remove, clear, chips }: ChipsProps) {
  if (chips.length === 0) return null;
  return (
    <ul aria-label={name} className="mt-4 flex flex-wrap gap-2" data-testid="narrowed">
      {chips.map(({ label, href }) => (
        <li key={label} className="max-w-full">
          <Link
            href={href}
            prefetch={false}
            aria-label={fill(remove, { name: label })}
            className="inline-flex min-h-11 max-w-full items-center gap-2 rounded-full bg-brand-soft px-4 text-sm font-medium text-brand-ink"
          >
            <span className="truncate">{label}</span>
            <span aria-hidden="true">×</span>
          </Link>
        </li>
      ))}
      {chips.length < 2 ? null : (
        <li>
          <Link href={clear.href} prefetch={false} className={`${LINK} inline-flex min-h-11 items-center px-2 text-sm`}>
            {clear.label}
          </Link>
        </li>
      )}
    </ul>
  );
}
