"use client";

import Link from "next/link";
import { useEffect, useRef } from "react";

export interface Tab {
  readonly href: string;
  readonly label: string;
  readonly here: boolean;
}

/** Views of one list. They are addresses, so they are links. */
export function Tabs({ tabs, label }: { tabs: readonly Tab[]; label: string }) {
  const current = useRef<HTMLLIElement>(null);
  const here = tabs.find((tab) => tab.here)?.href;
  // On a phone the row is wider than the screen: scroll the open tab into view.
  useEffect(() => {
    if (here !== undefined) current.current?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [here]);
  return (
    <nav aria-label={label} className="-mx-4 mb-4 overflow-x-auto px-4">
      <ul className="flex gap-2">
        {tabs.map(({ href, label: name, here: isHere }) => (
          <li key={href} ref={isHere ? current : undefined} className="shrink-0">
            <Link
              href={href}
              prefetch={false}
              aria-current={isHere ? "page" : undefined}
              className={`flex min-h-11 items-center rounded-full px-4 text-sm whitespace-nowrap ${isHere ? "bg-brand-soft font-semibold text-brand-ink" : "bg-surface text-soft"}`}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
