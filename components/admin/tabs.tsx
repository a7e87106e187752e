import Link from "next/link";

export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly here: boolean;
}

/** Views of one list. They are addresses, so they are links. */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  return (
    <nav aria-label={label} className="-mx-4 mb-4 overflow-x-auto px-4">
      <ul className="flex gap-2">
        {tabs.map(({ href, label: name, here }) => (
          <li key={href} className="shrink-0">
            <Link
              href={href}
              prefetch={false}
              aria-current={here ? "page" : undefined}
              className={`flex min-h-11 items-center rounded-full px-4 text-sm whitespace-nowrap ${here ? "bg-brand-soft font-semibold text-brand-ink" : "bg-surface text-soft"}`}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
