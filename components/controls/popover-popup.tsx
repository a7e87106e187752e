"use client";

import { Popover as BasePopover } from "@base-ui/react/popover";
import { type ReactNode, useState } from "react";
import { BACKDROP, POPUP, POSITIONER, portalRoot, SHEET_POPUP, SHEET_POSITIONER } from "./look.ts";
import type { Opener } from "./on-demand.tsx";

export interface PopoverProps {
  readonly opener: Opener;
  readonly defaultOpen?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

/** What `popover.tsx` brings when it is wanted. */
export default function PopoverPopup({ opener, defaultOpen = false, children }: PopoverProps) {
  const [open, setOpen] = useState(defaultOpen);
  return (
    <BasePopover.Root open={open} onOpenChange={setOpen}>
      <BasePopover.Trigger className={opener.look} aria-label={opener.label}>
        {opener.content}
      </BasePopover.Trigger>
      <BasePopover.Portal container={portalRoot()}>
        <BasePopover.Backdrop className={`${BACKDROP} sm:hidden`} />
        <BasePopover.Positioner sideOffset={8} align="start" collisionPadding={12} className={SHEET_POSITIONER}>
          <BasePopover.Popup className={SHEET_POPUP}>{children(() => setOpen(false))}</BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}

export interface TooltipProps {
  readonly opener: Opener;
  readonly defaultOpen?: boolean;
  readonly about: string;
  readonly children: ReactNode;
}

export function TooltipPopup({ opener, defaultOpen = false, about, children }: TooltipProps) {
  return (
    <BasePopover.Root defaultOpen={defaultOpen}>
      <BasePopover.Trigger openOnHover delay={200} className={opener.look} aria-label={opener.label}>
        {opener.content}
      </BasePopover.Trigger>
      <BasePopover.Portal container={portalRoot()}>
        <BasePopover.Positioner sideOffset={4} collisionPadding={12} className={POSITIONER}>
          <BasePopover.Popup className={`${POPUP} max-w-72 px-4 py-3 text-sm leading-relaxed`}>
            <BasePopover.Title className="sr-only">{about}</BasePopover.Title>
            <BasePopover.Description>{children}</BasePopover.Description>
          </BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}
