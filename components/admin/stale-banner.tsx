"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import useSWR from "swr";
import { fill } from "#lib/texts/words.ts";
import { useContact } from "../ui/contact.ts";
import { LIVE, newestOnly } from "../ui/live-data.ts";

const ASKED_EVERY_MS = 60_000;

const askServer = newestOnly(async (address, signal) => {
  const answer = await fetch(address, { cache: "no-store", signal });
  if (!answer.ok) throw new Error(`not ready: ${answer.status}`);
  return "ready";
});

const timeIn = (locale: string, at: number): string =>
  new Intl.DateTimeFormat(locale, { timeZone: "Asia/Shanghai", timeStyle: "medium" }).format(at);

interface StaleBannerProps {
  /** `… {time} …` */
  readonly stale: string;
  readonly locale: string;
}

/** Says that figures are stale, and since when, while the server cannot be reached; then reads the page again. */
export function StaleBanner({ stale, locale }: StaleBannerProps) {
  const router = useRouter();
  const { answeredAt, isLost } = useContact();
  const [loadedAt, setLoadedAt] = useState(0);
  const wasLost = useRef(false);
  const { mutate } = useSWR("/readyz", askServer, { ...LIVE, refreshInterval: ASKED_EVERY_MS });
  useEffect(() => {
    setLoadedAt(Date.now());
    const ask = () => void mutate();
    window.addEventListener("offline", ask);
    return () => window.removeEventListener("offline", ask);
  }, [mutate]);
  useEffect(() => {
    if (wasLost.current && !isLost) router.refresh();
    wasLost.current = isLost;
  }, [isLost, router]);
  return (
    <div role="status" className="sticky top-0 z-20 empty:hidden">
      {isLost ? (
        <p className="bg-warn-soft px-4 py-3 text-center text-sm font-medium text-warn-ink" data-testid="stale">
          {fill(stale, { time: timeIn(locale, answeredAt ?? loadedAt) })}
        </p>
      ) : null}
    </div>
  );
}
