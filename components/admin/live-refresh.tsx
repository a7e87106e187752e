"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import useSWR from "swr";
import { followStream } from "#components/ui/event-stream.ts";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";

interface LiveRefreshProps {
  /** Answers a short text that changes when there is something new. */
  readonly pulse: string;
  /** That text as it was when the page was made. */
  readonly seen: string;
  readonly everyMs: number;
  /** Server-sent events named `changed`, where the news must not wait for the next question. */
  readonly stream?: string;
}

/** Not a pulse: the page is read again, and leads to the sign-in. */
const SIGNED_OUT = "signed out";
/** A rush of news makes the page anew this often at most. */
const NEWS_PAUSE_MS = 1_500;

const askPulse = newestOnly(async (address, signal) => {
  const answer = await fetch(address, { cache: "no-store", signal });
  if (answer.status === 401) return SIGNED_OUT;
  if (!answer.ok) throw new Error(`no pulse: ${answer.status}`);
  return answer.text();
});

/** Reads the page again when there is news: the eye sees it without a reload, and what one is filling in stays. */
export function LiveRefresh({ pulse, seen, everyMs, stream }: LiveRefreshProps) {
  const router = useRouter();
  const shown = useRef(seen);
  useEffect(() => {
    shown.current = seen;
  }, [seen]);
  const { mutate } = useSWR(pulse, askPulse, {
    ...LIVE,
    refreshInterval: everyMs,
    onSuccess(told) {
      if (told === shown.current) return;
      // Once for each news, also where the page shows none of it.
      shown.current = told;
      router.refresh();
    },
  });
  useEffect(() => {
    if (stream === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let askedAt = Number.NEGATIVE_INFINITY;
    const ask = () => {
      timer = undefined;
      askedAt = performance.now();
      void mutate().catch(() => {});
    };
    const onData = () => {
      timer ??= setTimeout(ask, Math.max(0, askedAt + NEWS_PAUSE_MS - performance.now()));
    };
    const end = followStream({ address: stream, event: "changed", onData });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [stream, mutate]);
  return null;
}
