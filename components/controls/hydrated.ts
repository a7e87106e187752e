"use client";

import { useSyncExternalStore } from "react";

const never = () => () => undefined;

/** False in what the server sends and while React takes it over: the place for what works without scripts. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
