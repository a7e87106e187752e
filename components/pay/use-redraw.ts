"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { abortAfter } from "#components/ui/live-data.ts";
import { readStatus } from "./read-status.ts";

const ANSWER_WITHIN_MS = 4_000;

/**
 * Has the server draw the page anew, once it has been found to be within reach: the framework answers a refresh that fails
 * by loading the page, and who has paid would look at the browser's own error page.
 */
export function useRedraw(orderId: string): () => void {
  const router = useRouter();
  return useCallback(() => {
    void readStatus(`/api/orders/${orderId}/status`, abortAfter(ANSWER_WITHIN_MS)).then((view) => {
      if (view !== null) router.refresh();
    });
  }, [orderId, router]);
}
