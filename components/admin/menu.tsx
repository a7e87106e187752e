"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { Icon, type IconName } from "./icons.tsx";
import { Tabs } from "./tabs.tsx";

export interface MenuEntry {
  readonly href: string;
  readonly label: string;
  readonly icon?: IconName;
  /** A count to highlight. */
  readonly count?: number;
}

const isHere = (href: string, path: string): boolean =>
  href === "/admin" ? path === href : path === href || path.startsWith(`${href}/`);

/** The main menu: at the bottom on a phone, on the left on a desktop. */
export function Menu({ entries, label }: { entries: readonly MenuEntry[]; label: string }) {
  const path = usePathname();
  return (
    <nav
      aria-label={label}
      className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:static lg:border-0 lg:bg-transparent lg:pb-0"
    >
      <ul className="flex lg:flex-col lg:gap-1">
        {entries.map(({ href, label: name, icon, count = 0 }) => {
          const here = isHere(href, path);
          return (
            <li key={href} className="flex-1">
              <Link
                href={href}
                prefetch={false}
                aria-current={here ? "page" : undefined}
                className={`relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs lg:min-h-11 lg:flex-row lg:justify-start lg:gap-3 lg:rounded-xl lg:px-4 lg:text-base ${here ? "font-semibold text-brand-ink lg:bg-brand-soft" : "text-soft"}`}
              >
                {icon === undefined ? null : <Icon name={icon} />}
                <span>{name}</span>
                {count === 0 ? null : (
                  <span className="absolute top-1 left-1/2 ml-2 min-w-5 rounded-full bg-warn-ink px-1.5 text-center text-xs text-surface lg:static lg:ml-auto">
                    {count > 99 ? "99+" : count}
                  </span>
                )}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** The pages of a section. */
export function SubMenu({ entries, label }: { entries: readonly MenuEntry[]; label: string }) {
  const path = usePathname();
  return <Tabs label={label} tabs={entries.map((entry) => ({ ...entry, here: entry.href === path }))} />;
}
