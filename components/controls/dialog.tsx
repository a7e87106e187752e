"use client";

import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { useHydrated } from "./hydrated.ts";
import { Cross } from "./icons.tsx";
import { BACKDROP, ICON_BUTTON, portalRoot, SHEET } from "./look.ts";
import { useControlWords } from "./words.tsx";

interface DialogProps {
  /** The words of the button that opens it, and its classes. */
  readonly opener: { readonly label: string; readonly look: string };
  readonly title: string;
  /** What it is about; of a question: what follows from a yes. */
  readonly hint?: string | undefined;
  /** A question has to be answered: a touch outside does not close it. */
  readonly question?: boolean;
  readonly children: ReactNode;
}

const DialogContext = createContext<{ close(): void } | null>(null);

/** The dialog around this place, if there is one: its form closes it when it is done. */
export const useDialog = () => useContext(DialogContext);

/** A dialog with its button; on a phone a sheet from below. Without scripts the same unfolds below the button. */
export function Dialog({ opener, title, hint, question = false, children }: DialogProps) {
  const { text } = useControlWords();
  const unfolded = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(false);
  const isHydrated = useHydrated();
  const close = useCallback(() => {
    setOpen(false);
    if (unfolded.current !== null) unfolded.current.open = false;
  }, []);
  const control = useMemo(() => ({ close }), [close]);
  // Someone was faster than the scripts: what they opened stays as it is.
  if (!isHydrated || unfolded.current?.open === true) {
    return (
      <details ref={unfolded} className="w-full">
        <summary className={`${opener.look} list-none`}>{opener.label}</summary>
        <div className="mt-3 rounded-xl bg-sunken p-4">
          {hint === undefined ? null : <p className="mb-3 text-sm">{hint}</p>}
          <DialogContext value={control}>{children}</DialogContext>
        </div>
      </details>
    );
  }
  const Root = question ? AlertDialog.Root : BaseDialog.Root;
  return (
    <Root open={open} onOpenChange={setOpen}>
      <BaseDialog.Trigger className={opener.look}>{opener.label}</BaseDialog.Trigger>
      <BaseDialog.Portal container={portalRoot()}>
        <BaseDialog.Backdrop className={BACKDROP} />
        <BaseDialog.Popup className={SHEET}>
          <div className="mb-3 flex items-start gap-3">
            <BaseDialog.Title className="min-w-0 flex-1 text-lg font-semibold">{title}</BaseDialog.Title>
            {question ? null : (
              <BaseDialog.Close aria-label={text.close} className={`${ICON_BUTTON} -mt-2 -mr-2`}>
                <Cross />
              </BaseDialog.Close>
            )}
          </div>
          {hint === undefined ? null : (
            <BaseDialog.Description className="mb-4 text-soft">{hint}</BaseDialog.Description>
          )}
          <DialogContext value={control}>{children}</DialogContext>
          {question ? (
            <BaseDialog.Close className="mt-3 min-h-11 cursor-pointer rounded-xl px-5 text-soft hover:bg-sunken">
              {text.cancel}
            </BaseDialog.Close>
          ) : null}
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </Root>
  );
}
