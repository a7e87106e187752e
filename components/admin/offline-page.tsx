"use client";

import { useEffect } from "react";
import { useHydrated } from "../controls/hydrated.ts";
import { toneLook } from "./look.ts";

const WORKER = "/sw.js";
/** The dashboard only: a pay page is never answered by it. */
const SCOPE = "/admin";
/** Set where somebody on this device wants no service worker. */
const REFUSED = "lingfu-no-offline-page";

interface OfflinePageProps {
  /** What the page says that is shown without a network. */
  readonly words: { readonly title: string; readonly hint: string; readonly last: string; readonly retry: string };
  readonly language: string;
}

const isRefused = (): boolean => {
  try {
    return localStorage.getItem(REFUSED) !== null;
  } catch {
    return false;
  }
};

/** Brings the service worker (public/sw.js), which answers with a page of its own where there is no network. */
export function OfflinePage({ words, language }: OfflinePageProps) {
  const { title, hint, last, retry } = words;
  useEffect(() => {
    // Not on plain http in the shop's own network: browsers keep service workers to safe origins.
    const workers = "serviceWorker" in navigator ? navigator.serviceWorker : undefined;
    if (workers === undefined || isRefused()) return;
    const tellWords = async () => {
      const registration = await workers.register(WORKER, { scope: SCOPE, updateViaCache: "none" });
      const worker = registration.active ?? registration.waiting ?? registration.installing;
      worker?.postMessage({ kind: "words", words: { title, hint, last, retry }, language });
    };
    tellWords().catch(() => undefined);
  }, [title, hint, last, retry, language]);
  return null;
}

/** For the page of one's own account: ends the worker on this device, and brings it again. */
export function OfflinePageSwitch({ words }: { words: { readonly off: string; readonly on: string } }) {
  const end = async () => {
    localStorage.setItem(REFUSED, "1");
    const registration = await navigator.serviceWorker?.getRegistration(SCOPE);
    registration?.active?.postMessage({ kind: "leave" });
    await registration?.unregister();
    location.reload();
  };
  const begin = () => {
    localStorage.removeItem(REFUSED);
    location.reload();
  };
  if (!useHydrated()) return null;
  const isOff = isRefused();
  return (
    <button type="button" onClick={isOff ? begin : end} className={toneLook("plain")}>
      {isOff ? words.on : words.off}
    </button>
  );
}
