"use client";

import { useState } from "react";
import { useHydrated } from "./hydrated.ts";
import { Copy, Tick } from "./icons.tsx";
import { useToast } from "./toast.tsx";
import { useControlWords } from "./words.tsx";

/** Copies what stands beside it. */
export function CopyButton({ value, what }: { value: string; what: string }) {
  const { text } = useControlWords();
  const toast = useToast();
  const [isCopied, setCopied] = useState(false);
  if (!useHydrated()) return null;
  const copy = async () => {
    const copied = await copyText(value);
    setCopied(copied);
    toast(copied ? { message: text.copied } : { message: text.notCopied, tone: "warn" });
  };
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={`${text.copy} ${what}`}
      className="inline-flex min-h-11 shrink-0 cursor-pointer items-center gap-2 rounded-xl border border-current/30 px-4 text-sm font-medium"
    >
      {isCopied ? <Tick /> : <Copy />}
      <span>{isCopied ? text.copied : text.copy}</span>
    </button>
  );
}

/** The clipboard is there on https and localhost only; a shop's own network is often neither. */
async function copyText(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = value;
    area.setAttribute("readonly", "");
    area.style.position = "fixed";
    area.style.opacity = "0";
    (document.activeElement?.parentElement ?? document.body).append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    return copied;
  }
}
