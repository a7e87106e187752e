"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

interface LiveRefreshProps {
  /** Its answer is a short text that changes when there is something new. */
  readonly pulse: string;
  /** That text as it was when the page was made. */
  readonly seen: string;
  readonly everyMs: number;
}

/** Refreshes the page's data when it changes, without a reload; input in forms stays. */
export function LiveRefresh({ pulse, seen: made, everyMs }: LiveRefreshProps) {
  const router = useRouter();
  useEffect(() => {
    let seen = made;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (!document.hidden) {
        const answer = await fetch(pulse, { cache: "no-store" }).catch(() => null);
        const latest = answer?.ok === true ? await answer.text() : seen;
        if (stopped) return;
        if (latest !== seen) router.refresh();
        seen = latest;
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
