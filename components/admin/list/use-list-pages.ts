"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { ANSWER_WITHIN_MS, abortAfter } from "#components/ui/live-data.ts";
import type { ListPage } from "./list-types.ts";
import { withFirstPage, withNextPage } from "./merge-pages.ts";

/** The list that was left last, so that coming back finds it as long as it was. One is enough for the way back. */
let left: { readonly address: string; readonly page: ListPage } | null = null;

/** A list that grows as it is scrolled. @param address answers a {@link ListPage} for `cursor` */
export function useListPages(address: string, first: ListPage) {
  const [page, setPage] = useState(() => (left?.address === address ? withFirstPage(left.page, first) : first));
  const [shownFirst, setShownFirst] = useState(first);
  const [state, setState] = useState<"idle" | "loading" | "failed">("idle");
  const isAsking = useRef(false);
  // The page was made anew with news in it.
  if (shownFirst !== first) {
    setShownFirst(first);
    setPage((known) => withFirstPage(known, first));
  }
  useEffect(() => {
    left = { address, page };
  }, [address, page]);
  const cursor = page.next;
  const loadMore = useCallback(async () => {
    if (cursor === null || isAsking.current) return;
    isAsking.current = true;
    setState("loading");
    try {
      const answer = await fetch(`${address}${address.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`, {
        cache: "no-store",
        signal: abortAfter(ANSWER_WITHIN_MS),
      });
      if (!answer.ok) throw new Error(`no page: ${answer.status}`);
      const more = (await answer.json()) as ListPage;
      // Where the list began anew meanwhile, this page is of the old one.
      setPage((known) => (known.next === cursor ? withNextPage(known, more) : known));
      setState("idle");
    } catch {
      setState("failed");
    } finally {
      isAsking.current = false;
    }
  }, [address, cursor]);
  return { rows: page.rows, hasMore: cursor !== null, state, loadMore };
}
