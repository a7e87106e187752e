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
  /** Where it stands on a phone: among the tabs, as the large one in their middle, or behind the last of them. */
  readonly onPhone?: "tab" | "middle" | "more";
}

const isHere = (href: string, path: string): boolean =>
  href === "/admin" ? path === href : path === href || path.startsWith(`${href}/`);

interface MainMenuProps {
  readonly entries: readonly MenuEntry[];
  readonly label: string;
  /** The last tab of a phone, with all that has no tab of its own behind it. */
  readonly more: MenuEntry;
}

/** The main menu: five tabs at the bottom of a phone, everything on the left of a desktop. */
export function Menu({ entries, label, more }: MainMenuProps) {
  const path = usePathname();
  const behind = entries.filter(({ onPhone }) => onPhone === "more");
  const isBehind = [more, ...behind].some(({ href }) => isHere(href, path));
  const hidden = behind.reduce((sum, { count = 0 }) => sum + count, 0);
  return (
    <nav
      aria-label={label}
      className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:static lg:border-0 lg:bg-transparent lg:pb-0"
    >
      <ul className="flex lg:flex-col lg:gap-1">
        {entries.map((entry) => (
          <Entry key={entry.href} entry={entry} here={isHere(entry.href, path)} />
        ))}
        <Entry entry={{ ...more, count: hidden }} here={isBehind} phoneOnly={true} />
      </ul>
    </nav>
  );
}

interface EntryProps {
  readonly entry: MenuEntry;
  readonly here: boolean;
  readonly phoneOnly?: boolean;
}

function Entry({ entry: { href, label, icon, count = 0, onPhone }, here, phoneOnly = false }: EntryProps) {
  const isMiddle = onPhone === "middle";
  const place = phoneOnly ? "lg:hidden" : onPhone === "more" ? "max-lg:hidden" : "";
  return (
    <li className={`flex-1 ${place}`}>
      <Link
        href={href}
        prefetch={false}
        aria-current={here ? "page" : undefined}
        className={`relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs lg:min-h-11 lg:flex-row lg:justify-start lg:gap-3 lg:rounded-xl lg:px-4 lg:text-base ${here ? "font-semibold text-brand-ink lg:bg-brand-soft" : "text-soft"}`}
      >
        {icon === undefined ? null : isMiddle ? (
          <span className="grid place-items-center max-lg:-mt-5 max-lg:size-12 max-lg:rounded-full max-lg:bg-action max-lg:text-action-ink max-lg:ring-4 max-lg:ring-surface">
            <Icon name={icon} />
          </span>
        ) : (
          <Icon name={icon} />
        )}
        <span>{label}</span>
        {count === 0 ? null : (
          <span className="absolute top-1 left-1/2 ml-2 min-w-5 rounded-full bg-warn-ink px-1.5 text-center text-xs text-surface lg:static lg:ml-auto">
            {count > 99 ? "99+" : count}
          </span>
        )}
      </Link>
    </li>
  );
}

/** The pages of a section. */
export function SubMenu({ entries, label }: { entries: readonly MenuEntry[]; label: string }) {
  const path = usePathname();
  // The closest of those that the page lies below: an endpoint is among the webhooks.
  const here = entries
    .filter(({ href }) => isHere(href, path))
    .reduce((closest, { href }) => (href.length > closest.length ? href : closest), "");
  return <Tabs label={label} tabs={entries.map((entry) => ({ ...entry, here: entry.href === here }))} />;
}
