"use client";

import { Toast } from "@base-ui/react/toast";
import { usePathname } from "next/navigation";
import { useCallback, useEffect, useRef } from "react";
import { Cross } from "./icons.tsx";
import { ICON_BUTTON, portalRoot } from "./look.ts";

export interface ToastMessage {
  readonly message: string;
  readonly tone?: "brand" | "warn";
  /** Takes back what was done; such a message stays longer. */
  readonly undo?: { readonly label: string; readonly run: () => void };
}

const SHOWN_MS = 5_000;
const WITH_UNDO_MS = 10_000;

interface ToastViewProps {
  readonly label: string;
  readonly closeLabel: string;
  readonly onReady: (show: (toast: ToastMessage) => void) => void;
}

/** What `toast.tsx` brings when it is wanted. */
export default function ToastView({ label, closeLabel, onReady }: ToastViewProps) {
  return (
    <Toast.Provider limit={3}>
      <Toast.Portal container={portalRoot()}>
        <Toast.Viewport
          aria-label={label}
          className="fixed inset-x-4 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-60 mx-auto flex max-w-md flex-col gap-2 lg:right-6 lg:bottom-6 lg:left-auto lg:mx-0 lg:w-96"
        >
          <Toasts closeLabel={closeLabel} onReady={onReady} />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function Toasts({ closeLabel, onReady }: Pick<ToastViewProps, "closeLabel" | "onReady">) {
  const { toasts, add, close } = Toast.useToastManager();
  const show = useCallback(
    ({ message, tone = "brand", undo }: ToastMessage) => {
      const takeBack = () => {
        close(id);
        undo?.run();
      };
      const id = add({
        title: message,
        type: tone,
        priority: tone === "warn" ? "high" : "low",
        timeout: undo === undefined ? SHOWN_MS : WITH_UNDO_MS,
        ...(undo === undefined ? {} : { actionProps: { children: undo.label, onClick: takeBack } }),
      });
    },
    [add, close],
  );
  useEffect(() => onReady(show), [onReady, show]);
  useCloseOnLeave(toasts, close);
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      swipeDirection={["down", "left", "right"]}
      data-testid="toast"
      className={`rounded-xl border border-line lifted transition duration-200 data-[ending-style]:translate-y-3 data-[ending-style]:opacity-0 data-[limited]:hidden data-[starting-style]:translate-y-3 data-[starting-style]:opacity-0 ${toast.type === "warn" ? "bg-warn-soft text-warn-ink" : "bg-brand-soft text-brand-ink"}`}
    >
      <Toast.Content className="flex items-center gap-2 py-1 pr-1 pl-4">
        <Toast.Title render={<p />} className="min-w-0 flex-1 py-2 text-sm" />
        <Toast.Action className="min-h-11 shrink-0 cursor-pointer px-3 font-semibold underline underline-offset-4" />
        <Toast.Close aria-label={closeLabel} className={`${ICON_BUTTON} text-current hover:bg-transparent`}>
          <Cross />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

/** What was said of one page would cover what another one shows. */
function useCloseOnLeave(toasts: readonly { readonly id: string }[], close: (id: string) => void): void {
  const path = usePathname();
  const shown = useRef(toasts);
  shown.current = toasts;
  const last = useRef(path);
  useEffect(() => {
    if (last.current === path) return;
    last.current = path;
    for (const { id } of shown.current) close(id);
  }, [path, close]);
}
