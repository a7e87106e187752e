"use client";

import { useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";

/** The link itself can be selected by hand, so that the button is only a convenience. */
export function CopyLink({ link, label, copy, copied }: { link: string; label: string; copy: string; copied: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [done, setDone] = useState(false);
  const onClick = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(link);
    } catch {
      // Older in-app browsers have only this; what it copies is what is selected.
      if (!document.execCommand("copy")) return;
    }
    setDone(true);
    setTimeout(() => setDone(false), 2_500);
  };
  return (
    <div className="mt-5 flex flex-col gap-2">
      <input
        ref={field}
        readOnly
        value={link}
        aria-label={label}
        className="min-h-11 w-full rounded-xl border border-line bg-sunken px-3 text-xs text-soft"
      />
      <Button weight="secondary" onClick={onClick}>
        <span aria-live="polite">{done ? copied : copy}</span>
      </Button>
    </div>
  );
}
