"use client";

import { useEffect, useRef } from "react";
import type { KeypadKey } from "./keypad-entry.ts";
import { NO_WEDGE, strike } from "./wedge.ts";

interface WedgeHandlers {
  /** A scanner gun has read this. */
  readonly onScan: (text: string) => void;
  /** A person typed it, outside of any field. */
  readonly onKey: (key: KeypadKey) => void;
  /** What was taken for a person's key was the first of a scan. */
  readonly onTakeBack: () => void;
  readonly onEnter: () => void;
}

const KEY_OF: Readonly<Record<string, KeypadKey>> = { ".": "point", Backspace: "back", Delete: "clear", "+": "plus" };

/** The keyboard of the counter: a scanner gun anywhere on the page, the number keys where no field has the focus. */
export function useWedge(handlers: WedgeHandlers): void {
  const current = useRef(handlers);
  useEffect(() => {
    current.current = handlers;
  }, [handlers]);
  useEffect(() => {
    let wedge = NO_WEDGE;
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const target = event.target as HTMLElement;
      const inField = /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      const before = wedge;
      const struck = strike(wedge, event.key, event.timeStamp);
      wedge = struck.wedge;
      if (struck.scanned !== null) {
        event.preventDefault();
        event.stopPropagation();
        clearScan(target, struck.scanned);
        return current.current.onScan(struck.scanned);
      }
      if (inField) return;
      if (struck.isOurs) {
        if (before.digits.length === 1) current.current.onTakeBack();
        return;
      }
      const key = /^[0-9]$/.test(event.key) ? (event.key as KeypadKey) : KEY_OF[event.key];
      if (key !== undefined) current.current.onKey(key);
      else if (event.key === "Enter" && target.tagName !== "BUTTON" && target.tagName !== "A")
        current.current.onEnter();
    };
    window.addEventListener("keydown", pressed, { capture: true });
    return () => window.removeEventListener("keydown", pressed, { capture: true });
  }, []);
}

/** What the scanner typed into a field does not stay there. */
function clearScan(target: HTMLElement, scanned: string): void {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
  if (!target.value.endsWith(scanned)) return;
  const proto = target instanceof HTMLInputElement ? HTMLInputElement.prototype : HTMLTextAreaElement.prototype;
  // React hears of a value only when it is set by the element's own setter.
  Object.getOwnPropertyDescriptor(proto, "value")?.set?.call(target, target.value.slice(0, -scanned.length));
  target.dispatchEvent(new Event("input", { bubbles: true }));
}
