"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import type ToastView from "./toast-view.tsx";
import type { ToastMessage } from "./toast-view.tsx";

type Tell = (toast: ToastMessage) => void;

const ToastContext = createContext<Tell | null>(null);

/** Tells what happened, also to screen readers, where the form that did it may be gone by then. */
export function useToast(): Tell {
  const tell = useContext(ToastContext);
  if (tell === null) throw new Error("a toast outside of ControlsProvider");
  return tell;
}

interface ToastRegionProps {
  readonly label: string;
  readonly closeLabel: string;
  readonly children: ReactNode;
}

/** Where toasts appear. What shows them is loaded with the first touch or key, well before there is anything to tell. */
export function ToastRegion({ label, closeLabel, children }: ToastRegionProps) {
  const [View, setView] = useState<typeof ToastView>();
  const waiting = useRef<ToastMessage[]>([]);
  const show = useRef<Tell>(undefined);
  const load = useCallback(() => {
    void import("./toast-view.tsx").then(
      (view) => setView(() => view.default),
      () => undefined,
    );
  }, []);
  useEffect(() => {
    const once = { once: true, passive: true };
    window.addEventListener("pointerdown", load, once);
    window.addEventListener("keydown", load, once);
    return () => {
      window.removeEventListener("pointerdown", load);
      window.removeEventListener("keydown", load);
    };
  }, [load]);
  const tell = useCallback(
    (toast: ToastMessage) => {
      if (show.current !== undefined) return show.current(toast);
      waiting.current.push(toast);
      load();
    },
    [load],
  );
  const onReady = useCallback((ready: Tell) => {
    show.current = ready;
    for (const toast of waiting.current.splice(0)) ready(toast);
  }, []);
  return (
    <ToastContext value={tell}>
      {children}
      {View === undefined ? null : <View label={label} closeLabel={closeLabel} onReady={onReady} />}
    </ToastContext>
  );
}
