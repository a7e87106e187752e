"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog } from "@base-ui/react/dialog";
import type { ReactNode } from "react";
import { Cross } from "./icons.tsx";
import { BACKDROP, ICON_BUTTON, portalRoot, SHEET } from "./look.ts";
import { useControlWords } from "./words.tsx";

interface DialogPopupProps {
  readonly opener: { readonly label: string; readonly look: string };
  readonly title: string;
  readonly hint: string | undefined;
  readonly question: boolean;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly children: ReactNode;
}

/** What `dialog.tsx` brings when it is wanted. */
export default function DialogPopup({ opener, title, hint, question, open, onOpenChange, children }: DialogPopupProps) {
  const { text } = useControlWords();
  const Root = question ? AlertDialog.Root : Dialog.Root;
  return (
    <Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Trigger className={opener.look}>{opener.label}</Dialog.Trigger>
      <Dialog.Portal container={portalRoot()}>
        <Dialog.Backdrop className={BACKDROP} />
        {/* The yes is as wide as the no below it. */}
        <Dialog.Popup className={question ? `${SHEET} [&_button[type=submit]]:w-full` : SHEET}>
          <div className="mb-3 flex items-start gap-3">
            <Dialog.Title className="min-w-0 flex-1 text-lg font-semibold">{title}</Dialog.Title>
            {question ? null : (
              <Dialog.Close aria-label={text.close} className={`${ICON_BUTTON} -mt-2 -mr-2`}>
                <Cross />
              </Dialog.Close>
            )}
          </div>
          {hint === undefined ? null : <Dialog.Description className="mb-4 text-soft">{hint}</Dialog.Description>}
          {children}
          {question ? (
            <Dialog.Close className="mt-3 min-h-11 cursor-pointer rounded-xl px-5 text-soft hover:bg-sunken">
              {text.cancel}
            </Dialog.Close>
          ) : null}
        </Dialog.Popup>
      </Dialog.Portal>
    </Root>
  );
}
