import type { PostgresServer } from "./start-postgres.mjs";

interface ClusterSecrets {
  readonly superuser: string;
  readonly owner: string | null;
}

export interface RestoredCluster {
  readonly dataDir: string;
  readonly durable: boolean;
  /** Up to this moment; all of the log otherwise. */
  readonly target?: Date | null;
  /** Puts the server's files into an empty folder. */
  fill(folder: string): Promise<ClusterSecrets>;
}

/** The major version of PostgreSQL that is installed, as `PG_VERSION` has it. */
export function installedMajor(): string;
/** Makes the cluster; it is in its place, and its server stopped, once `finish` has done what has to be done before. @throws Error */
export function restoreCluster(
  options: RestoredCluster & { finish(server: PostgresServer): Promise<void> },
): Promise<undefined>;
/** Makes a cluster of a backup's files and starts its server. @throws Error */
export function restoreCluster(options: RestoredCluster): Promise<PostgresServer>;
