"use client";

import { type ReactNode, useEffect, useRef } from "react";

interface FullScreenProps {
  readonly label: string;
  /** Back button, Escape: what they do here. */
  readonly onBack: () => void;
  readonly tone?: "plain" | "paid";
  /** What the sandbox says of itself; null with real money. */
  readonly sandbox: string | null;
  readonly children: ReactNode;
}

/** Covers everything; the browser's back button leaves it instead of the page. */
export function FullScreen({ label, onBack, tone = "plain", sandbox, children }: FullScreenProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    // Safari before 15.4 knows the element by its name only.
    if (typeof shown?.showModal === "function") shown.showModal();
    else shown?.setAttribute("open", "");
    return () => shown?.close?.();
  }, []);
  useBackButton(onBack);
  const look = tone === "paid" ? "bg-[#06833f] text-white" : "bg-page text-ink";
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        onBack();
      }}
      className={`fixed inset-0 z-30 m-0 flex h-dvh max-h-none w-full max-w-none flex-col overflow-y-auto border-0 p-0 ${look}`}
    >
      {sandbox === null ? null : <p className="bg-action px-4 py-1 text-center text-sm text-action-ink">{sandbox}</p>}
      {children}
    </dialog>
  );
}

/** One entry of the history stands for the screen: going back takes it away, closing the screen does too. */
function useBackButton(onBack: () => void): void {
  const back = useRef(onBack);
  useEffect(() => {
    back.current = onBack;
  }, [onBack]);
  useEffect(() => {
    const mark = { ...history.state, counterScreen: true };
    if (history.state?.counterScreen !== true) history.pushState(mark, "");
    const left = () => {
      // Still shown, for example while a charge is under way: then there is something to go back from again.
      history.pushState(mark, "");
      back.current();
    };
    window.addEventListener("popstate", left);
    return () => {
      window.removeEventListener("popstate", left);
      // After a moment: one screen follows another, and takes the entry over.
      setTimeout(() => {
        const isGone = document.querySelector("dialog[open]") === null;
        if (isGone && history.state?.counterScreen === true) history.back();
      });
    };
  }, []);
}
