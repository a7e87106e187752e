"use client";

import { useEffect, useRef } from "react";
import type { Middleware, SWRConfiguration } from "swr";
import { noteAnswer, noteFailure } from "./contact.ts";

/** A question of a page that was not answered by then is given up: the phone may have slept, or changed its network. */
export const ANSWER_WITHIN_MS = 8_000;

/** How long until a question that failed is asked again; `failures` counts those in a row, from 1. */
export function retryAfterMs(failures: number, chance: number): number {
  const base = Math.min(30_000, 1_500 * 2 ** Math.min(failures - 1, 5));
  return Math.round(base * (0.75 + 0.5 * chance));
}

/** `AbortSignal.timeout`, which Chrome knows from 103 on and Safari from 16 on. */
export function abortAfter(ms: number): AbortSignal {
  const question = new AbortController();
  setTimeout(() => question.abort(), ms);
  return question.signal;
}

/**
 * A fetcher for SWR whose questions end in time, and end when a newer one is asked: a question that was open while a phone
 * slept or changed its network may never be answered. SWR drops the answer to the older one.
 */
export function newestOnly<T>(ask: (address: string, signal: AbortSignal) => Promise<T>) {
  let open: AbortController | undefined;
  let newest: Promise<T>;
  return (address: string): Promise<T> => {
    open?.abort();
    const question = new AbortController();
    open = question;
    const timer = setTimeout(() => question.abort(), ANSWER_WITHIN_MS);
    const answer = ask(address, question.signal).finally(() => clearTimeout(timer));
    // A failure is the newer question's to tell, and told once.
    newest = answer.catch((cause) => (open === question ? Promise.reject(cause) : newest.catch(() => undefined as T)));
    return newest;
  };
}

/**
 * What SWR lacks: failures in a row slow it down, across a hidden page too, with one retry at a time; and coming back in
 * whatever way (seen again, from the back-forward cache, on line) asks anew, where SWR would wait for an open question.
 */
const live: Middleware = (useSWRNext) => (key, fetcher, config) => {
  const failures = useRef(0);
  const retry = useRef<ReturnType<typeof setTimeout>>(undefined);
  const swr = useSWRNext(key, fetcher, {
    ...config,
    onSuccess(...seen) {
      failures.current = 0;
      noteAnswer(Date.now());
      clearTimeout(retry.current);
      config.onSuccess?.(...seen);
    },
    onErrorRetry(_cause, _key, _config, revalidate) {
      clearTimeout(retry.current);
      noteFailure();
      const ms = retryAfterMs(++failures.current, Math.random());
      retry.current = setTimeout(() => !document.hidden && void revalidate({ dedupe: true }), ms);
    },
  });
  const { mutate } = swr;
  useEffect(() => {
    const askAnew = () => {
      if (!document.hidden) void mutate();
    };
    document.addEventListener("visibilitychange", askAnew);
    // A page that was frozen without being hidden.
    document.addEventListener("resume", askAnew);
    window.addEventListener("pageshow", askAnew);
    window.addEventListener("online", askAnew);
    return () => {
      clearTimeout(retry.current);
      document.removeEventListener("visibilitychange", askAnew);
      document.removeEventListener("resume", askAnew);
      window.removeEventListener("pageshow", askAnew);
      window.removeEventListener("online", askAnew);
    };
  }, [mutate]);
  return swr;
};

/** SWR for what changes while one looks at it. Hidden, it asks nothing. */
export const LIVE = {
  // The page has just been made with what was true then.
  revalidateOnMount: false,
  dedupingInterval: 0,
  // In-app browsers report that they are off line and forget to report the opposite: only a question tells.
  isOnline: () => true,
  use: [live],
} satisfies SWRConfiguration;
