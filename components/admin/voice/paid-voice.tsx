"use client";

import { useEffect, useSyncExternalStore } from "react";
import useSWR from "swr";
import { fetchJson } from "#components/admin/counter/fetch-json.ts";
import { useChanges } from "#components/admin/counter/use-changes.ts";
import { LIVE, newestOnly } from "#components/ui/live-data.ts";
import type { PaidEntry, PaidNews } from "#lib/contract/counter.ts";
import { announcePayment, announceSeveral } from "#lib/texts/spoken-amount.ts";
import { type Heard, nextToSay, type PaidAnswer, readHeard, said, takeIn } from "./heard.ts";
import { isOwnOrder } from "./own-orders.ts";
import { say, unlock } from "./speaker.ts";
import { useVoice, voiceNow } from "./voice-settings.ts";

const NEWS = "/admin/counter/paid";
/** The stream makes it sooner, asking makes it certain. */
const ASK_EVERY_MS = 10_000;
const PAGES_MAX = 40;
/** Answers of two tabs may overtake each other now and then, not for ever. */
const TRIES_MAX = 5;
const KEPT = "lingfu-heard";

/**
 * Reads payments aloud, on every page of the dashboard, where this device is to: each one once, also after the phone slept,
 * was locked or lost the network. Draws nothing.
 */
export function PaidVoice({ tillId }: { readonly tillId: string | null }) {
  const { on } = useVoice();
  useEffect(() => {
    ownTill = tillId;
  }, [tillId]);
  useChanges();
  useUnlock(on);
  useSWR(on ? NEWS : null, askNews, {
    ...LIVE,
    revalidateOnMount: true,
    refreshInterval: ASK_EVERY_MS,
    // What is heard matters most when nobody looks.
    refreshWhenHidden: true,
  });
  useEffect(() => {
    if (on) void speakQueue();
  }, [on]);
  return null;
}

function useUnlock(on: boolean): void {
  useEffect(() => {
    if (!on) return;
    const touched = () => void unlock();
    const events = ["pointerdown", "keydown"] as const;
    for (const event of events) window.addEventListener(event, touched, { capture: true });
    return () => {
      for (const event of events) window.removeEventListener(event, touched, { capture: true });
    };
  }, [on]);
}

/** Reads all pages of news and takes them in at once; what is cut off half-way, or overtaken, is asked for again. */
const askNews = newestOnly(async (address, signal) => {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const answer = await readNews(address, signal);
    let isTaken = false;
    await changeHeard((heard) => {
      const next = takeIn(heard, answer, isToBeSpoken);
      isTaken = next !== null;
      return next ?? heard;
    });
    void speakQueue();
    if (isTaken) return answer.pages.at(-1)?.now ?? "";
  }
  throw new Error("each answer was overtaken by another one");
});

async function readNews(address: string, signal: AbortSignal): Promise<PaidAnswer> {
  const { cursor } = keptHeard();
  const pages: PaidNews[] = [];
  for (let from = ""; pages.length < PAGES_MAX; ) {
    const asked = new URLSearchParams({ ...(cursor !== null && { after: cursor }), ...(from !== "" && { from }) });
    const page = await fetchJson<PaidNews>(`${address}?${asked}`, signal);
    pages.push(page);
    const last = page.entries.at(-1);
    if (!page.hasMore || last === undefined) break;
    from = String(last.entry);
  }
  return { after: cursor, pages };
}

/** The till that this device is. */
let ownTill: string | null = null;

/** A till is told of its own store only, and of what was paid in no store. */
function isToBeSpoken({ orderId, storeId, tillId }: PaidEntry): boolean {
  const { scope } = voiceNow();
  if (scope === "own") return isOwnOrder(orderId) || (tillId !== null && tillId === ownTill);
  return scope === "all" || storeId !== null;
}

/** One tab of the browser speaks, the others are silent: what one takes from the queue is gone for all. */
async function speakQueue(): Promise<void> {
  await asOnlySpeaker(async () => {
    while (voiceNow().on) {
      const entries = nextToSay(keptHeard());
      const [first] = entries;
      if (first === undefined) return;
      const { language } = voiceNow();
      const sum = entries.reduce((total, { amount }) => total + amount, 0);
      const announcement =
        entries.length === 1 ? announcePayment(first.amount, language) : announceSeveral(entries.length, sum, language);
      const noteSaid = (heard: Heard) => said(heard, entries);
      await say(announcement, voiceNow(), () => {
        // Without waiting for other tabs: the page may be gone in a moment, and the next one would say it again.
        writeHeard(noteSaid);
        tellSpoken(announcement.text);
      });
      await changeHeard(noteSaid);
    }
  });
}

let memory: Heard | null = null;

function keptHeard(): Heard {
  try {
    return readHeard(localStorage.getItem(KEPT), Date.now());
  } catch {
    // Without storage it holds as long as the page.
    return memory ?? readHeard(null, 0);
  }
}

/** Tabs of one browser change it one after the other; older ones, and pages without TLS, have no locks. */
async function changeHeard(change: (heard: Heard) => Heard): Promise<void> {
  if (navigator.locks) await navigator.locks.request("lingfu-heard", () => writeHeard(change));
  else writeHeard(change);
}

function writeHeard(change: (heard: Heard) => Heard): void {
  memory = { ...change(keptHeard()), at: Date.now() };
  try {
    localStorage.setItem(KEPT, JSON.stringify(memory));
  } catch {
    // As above.
  }
}

let isSpeaking = false;

/** One page at a time, of all that share the locks; who comes second leaves it to the first. */
async function asOnlySpeaker(work: () => Promise<void>): Promise<void> {
  if (isSpeaking) return;
  isSpeaking = true;
  try {
    if (!navigator.locks) await work();
    else {
      await navigator.locks.request("lingfu-voice", { ifAvailable: true }, async (lock) => {
        if (lock !== null) await work();
      });
    }
  } finally {
    isSpeaking = false;
  }
}

let lastSpoken = "";
const readers = new Set<() => void>();

function tellSpoken(text: string): void {
  lastSpoken = text;
  for (const read of readers) read();
}

/** What was read aloud last on this page. */
export const useLastSpoken = (): string =>
  useSyncExternalStore(
    (read) => {
      readers.add(read);
      return () => readers.delete(read);
    },
    () => lastSpoken,
    () => "",
  );
