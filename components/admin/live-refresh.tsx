"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

interface LiveRefreshProps {
  /** Answers a short text that changes when there is something new. */
  readonly pulse: string;
  /** That text as it was when the page was made. */
  readonly seen: string;
  readonly everyMs: number;
}

/** Reads the page again when there is news: the eye sees it without a reload, and what one is filling in stays. */
export function LiveRefresh({ pulse, seen: made, everyMs }: LiveRefreshProps) {
  const router = useRouter();
  useEffect(() => {
    let seen = made;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (!document.hidden) {
        const answer = await fetch(pulse, { cache: "no-store" }).catch(() => null);
        const told = answer?.ok === true ? await answer.text() : seen;
        if (stopped) return;
        if (told !== seen) router.refresh();
        seen = told;
      }
      timer = setTimeout(look, everyMs);
    };
    timer = setTimeout(look, everyMs);
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [pulse, made, everyMs, router]);
  return null;
}
