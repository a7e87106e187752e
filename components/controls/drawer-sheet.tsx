"use client";

import { Drawer as BaseDrawer } from "@base-ui/react/drawer";
import { type ReactNode, useState } from "react";
import { Cross } from "./icons.tsx";
import { BACKDROP, ICON_BUTTON, portalRoot } from "./look.ts";
import type { Opener } from "./on-demand.tsx";
import { useControlWords } from "./words.tsx";

export interface DrawerProps {
  readonly opener: Opener;
  readonly defaultOpen?: boolean;
  readonly title: string;
  readonly children: ReactNode;
}

/** What `drawer.tsx` brings when it is wanted. */
export default function DrawerSheet({ opener, defaultOpen = false, title, children }: DrawerProps) {
  const { text } = useControlWords();
  const [open, setOpen] = useState(defaultOpen);
  const close = () => setOpen(false);
  return (
    <BaseDrawer.Root open={open} onOpenChange={setOpen}>
      <BaseDrawer.Trigger className={opener.look} aria-label={opener.label}>
        {opener.content}
      </BaseDrawer.Trigger>
      <BaseDrawer.Portal container={portalRoot()}>
        <BaseDrawer.Backdrop className={BACKDROP} />
        <BaseDrawer.Viewport className="fixed inset-0 z-40 flex items-end">
          <BaseDrawer.Popup className="max-h-[85dvh] w-full touch-auto overflow-y-auto overscroll-contain rounded-t-card bg-surface px-5 pt-2 pb-[max(1.25rem,env(safe-area-inset-bottom))] text-ink lifted outline-none transition-transform duration-300 ease-settle [transform:translateY(var(--drawer-swipe-movement-y))] data-[ending-style]:[transform:translateY(100%)] data-[starting-style]:[transform:translateY(100%)] data-[swiping]:select-none">
            <div aria-hidden="true" className="mx-auto mb-2 h-1 w-10 rounded-full bg-line" />
            {/* Keyboards reach the links and buttons themselves; this only hears what they did. */}
            <BaseDrawer.Content
              onSubmit={close}
              onClick={(event) => (event.target as Element).closest("a") !== null && close()}
            >
              <div className="mb-2 flex items-center justify-between gap-3">
                <BaseDrawer.Title className="text-lg font-semibold">{title}</BaseDrawer.Title>
                <BaseDrawer.Close aria-label={text.close} className={`${ICON_BUTTON} -mr-2`}>
                  <Cross />
                </BaseDrawer.Close>
              </div>
              {children}
            </BaseDrawer.Content>
          </BaseDrawer.Popup>
        </BaseDrawer.Viewport>
      </BaseDrawer.Portal>
    </BaseDrawer.Root>
  );
}
