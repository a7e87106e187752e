import type { RestoredCluster } from "./restored-cluster.mjs";

export interface ThrowAwayPostgres {
  url(database?: string): string;
  stop(): Promise<void>;
}

export function startThrowAwayPostgres(): Promise<ThrowAwayPostgres>;
/** The same with the files of a backup, recovered. */
export function startThrowAwayRestored(restored: Pick<RestoredCluster, "fill" | "target">): Promise<ThrowAwayPostgres>;
