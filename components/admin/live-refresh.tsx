"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

interface LiveRefreshProps {
  /** Answers a short text that changes when there is something new. */
  readonly pulse: string;
  readonly everyMs: number;
}

/** Reads the page again when there is news: the eye sees it without a reload, and what one is filling in stays. */
export function LiveRefresh({ pulse, everyMs }: LiveRefreshProps) {
  const router = useRouter();
  useEffect(() => {
    let seen: string | null = null;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (!document.hidden) {
        const answer = await fetch(pulse, { cache: "no-store" }).catch(() => null);
        const told = answer?.ok === true ? await answer.text() : seen;
        if (stopped) return;
        if (seen !== null && told !== seen) router.refresh();
        seen = told;
      }
      timer = setTimeout(look, everyMs);
    };
    look();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [pulse, everyMs, router]);
  return null;
}
