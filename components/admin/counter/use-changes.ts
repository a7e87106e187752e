"use client";

import { useEffect } from "react";
import { useSWRConfig } from "swr";
import { followStream } from "#components/ui/event-stream.ts";

/** Asks anew for all that the counter shows as soon as the server says that some order has changed. */
export function useChanges(): void {
  const { mutate } = useSWRConfig();
  useEffect(() => {
    let isAsking = false;
    let isOwed = false;
    // One question at a time: in a rush each would be ended by the next, and none be answered.
    const ask = async () => {
      isOwed = isAsking;
      if (isAsking) return;
      isAsking = true;
      await mutate((key) => typeof key === "string" && key.startsWith("/admin/counter/")).catch(() => {});
      isAsking = false;
      if (isOwed) void ask();
    };
    const onData = () => void ask();
    return followStream({ address: "/admin/counter/changes", event: "changed", onData, evenHidden: true });
  }, [mutate]);
}
