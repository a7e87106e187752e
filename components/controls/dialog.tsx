"use client";

import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import type DialogPopup from "./dialog-popup.tsx";
import { useHydrated } from "./hydrated.ts";

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

const load = () => import("./dialog-popup.tsx");

/**
 * A dialog with its button; on a phone a sheet from below. It is loaded when it is wanted. Without scripts, and where it
 * cannot be loaded, the same unfolds below the button.
 */
export function Dialog({ opener, title, hint, question = false, children }: DialogProps) {
  const unfolded = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(false);
  const [Popup, setPopup] = useState<typeof DialogPopup>();
  const [isCutOff, setCutOff] = useState(false);
  const isHydrated = useHydrated();
  const close = useCallback(() => {
    setOpen(false);
    if (unfolded.current !== null) unfolded.current.open = false;
  }, []);
  const control = useMemo(() => ({ close }), [close]);
  const content = <DialogContext value={control}>{children}</DialogContext>;
  if (Popup !== undefined) {
    return (
      <Popup opener={opener} title={title} hint={hint} question={question} open={open} onOpenChange={setOpen}>
        {content}
      </Popup>
    );
  }
  // Someone was faster than the scripts: what they opened stays as it is.
  if (!isHydrated || isCutOff || unfolded.current?.open === true) {
    return (
      <details ref={unfolded} open={isCutOff ? true : undefined} className="w-full">
        <summary className={`${opener.look} list-none`}>{opener.label}</summary>
        <div className="mt-3 rounded-xl bg-sunken p-4">
          {hint === undefined ? null : <p className="mb-3 text-sm">{hint}</p>}
          {content}
        </div>
      </details>
    );
  }
  const warm = () => void load().catch(() => undefined);
  const bring = async () => {
    try {
      const popup = await load();
      setPopup(() => popup.default);
      setOpen(true);
    } catch {
      setCutOff(true);
    }
  };
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-expanded={false}
      className={opener.look}
      onPointerEnter={warm}
      onFocus={warm}
      onClick={bring}
    >
      {opener.label}
    </button>
  );
}
