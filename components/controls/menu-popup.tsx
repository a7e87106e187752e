"use client";

import { Menu as BaseMenu } from "@base-ui/react/menu";
import Link from "next/link";
import type { ReactNode } from "react";
import { ITEM, POPUP, POSITIONER, portalRoot } from "./look.ts";
import type { Opener } from "./on-demand.tsx";

interface MenuItem {
  readonly label: string;
  /** Where it leads, or what it does. */
  readonly to: string | (() => void);
  readonly lang?: string;
}

export interface MenuProps {
  readonly opener: Opener;
  readonly defaultOpen?: boolean;
  /** Shown above the entries. */
  readonly heading?: ReactNode;
  readonly items: readonly MenuItem[];
}

/** What `menu.tsx` brings when it is wanted. */
export default function MenuPopup({ opener, defaultOpen = false, heading, items }: MenuProps) {
  return (
    <BaseMenu.Root defaultOpen={defaultOpen}>
      <BaseMenu.Trigger className={opener.look} aria-label={opener.label}>
        {opener.content}
      </BaseMenu.Trigger>
      <BaseMenu.Portal container={portalRoot()}>
        <BaseMenu.Positioner sideOffset={6} align="end" collisionPadding={12} className={POSITIONER}>
          <BaseMenu.Popup className={`${POPUP} min-w-48 p-1.5`}>
            {heading === undefined ? null : <div className="px-3 py-2 text-sm text-soft">{heading}</div>}
            {items.map(({ label, to, lang }) =>
              typeof to === "string" ? (
                <BaseMenu.LinkItem
                  key={label}
                  lang={lang}
                  className={ITEM}
                  closeOnClick
                  render={<Link href={to} prefetch={false} />}
                >
                  {label}
                </BaseMenu.LinkItem>
              ) : (
                <BaseMenu.Item key={label} lang={lang} className={ITEM} onClick={to}>
                  {label}
                </BaseMenu.Item>
              ),
            )}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
