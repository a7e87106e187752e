"use client";

import { Popover as BasePopover } from "@base-ui/react/popover";
import type { ReactNode } from "react";
import { Question } from "./icons.tsx";
import { BACKDROP, POPUP, POSITIONER, portalRoot, SHEET_POPUP, SHEET_POSITIONER } from "./look.ts";
import { useControlWords } from "./words.tsx";

interface PopoverProps {
  readonly opener: { readonly look: string; readonly label?: string; readonly content: ReactNode };
  readonly children: ReactNode;
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
}

/** What opens from a button and stays until it is left; a sheet on a phone. */
export function Popover({ opener, children, open, onOpenChange }: PopoverProps) {
  return (
    <BasePopover.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <BasePopover.Trigger className={opener.look} aria-label={opener.label}>
        {opener.content}
      </BasePopover.Trigger>
      <BasePopover.Portal container={portalRoot()}>
        <BasePopover.Backdrop className={`${BACKDROP} sm:hidden`} />
        <BasePopover.Positioner sideOffset={8} align="start" collisionPadding={12} className={SHEET_POSITIONER}>
          <BasePopover.Popup className={SHEET_POPUP}>{children}</BasePopover.Popup>
        </BasePopover.Positioner>
      </BasePopover.Portal>
    </BasePopover.Root>
  );
}

/** A sentence that explains what it stands beside: by tap, by hover and by keyboard. */
export function Tooltip({ about, children }: { about: string; children: ReactNode }) {
  const { text } = useControlWords();
  return (
    <BasePopover.Root>
      <BasePopover.Trigger
        openOnHover
        delay={200}
        aria-label={`${text.explain}${about}`}
        className="relative z-1 -m-3 inline-flex size-11 cursor-help items-center justify-center align-middle text-soft"
      >
        <Question />
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
