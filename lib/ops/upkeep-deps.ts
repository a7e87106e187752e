import type { Clock } from "#lib/base/clock.ts";
import { DISK_BYTES_MIN } from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import type { Database } from "#lib/storage/client.ts";
import type { AnchorHeads } from "#lib/storage/ledger/anchors.ts";
import type { Ended } from "#lib/storage/operations/ended-access.ts";
import type { UpkeepKind, UpkeepProblem, UpkeepStep } from "#lib/storage/operations/upkeep-runs.ts";
import type { BackupSeal, BackupSummary } from "./backup.ts";
import type { ClusterSecrets, OwnCluster } from "./backups/base-file.ts";
import type { BackupStore } from "./backups/store.ts";
import type { GapReport } from "./drill-report.ts";

/** A server that is thrown away afterwards. */
interface ScratchServer {
  url(database: string): string;
  stop(): Promise<void>;
}

/** The master keys of the moment. */
interface BackupKeys {
  readonly seal: BackupSeal;
  readonly previousKeyId: Uint8Array | null;
  readonly all: readonly BackupSeal[];
}

/** What only the process that runs us can open: servers. */
export interface UpkeepServers {
  readonly openScratch: () => Promise<ScratchServer>;
  /** One of a backup's files, recovered. */
  readonly openRestored: (files: { fill(folder: string): Promise<ClusterSecrets> }) => Promise<ScratchServer>;
  /** The embedded server that the live database lies in; null: it is somebody else's. */
  readonly cluster: () => Promise<OwnCluster | null>;
  /** The major version of PostgreSQL that is installed. */
  readonly postgres: () => string;
}

export interface UpkeepDeps extends UpkeepServers {
  readonly pool: Database["pool"];
  readonly databaseUrl: string;
  /** Where backups lie. */
  readonly store: BackupStore;
  readonly keys: () => Promise<BackupKeys>;
  readonly mode: () => Promise<BackupSummary["mode"]>;
  /** What was ended after the backup, as a restore would end it again. */
  readonly ended: () => Promise<readonly Ended[]>;
  /** The ledger's anchors that were kept in a file; none where they go to an address. */
  readonly readOutside: () => Promise<readonly AnchorHeads[]>;
  /** Asks WeChat for what a restored database does not have, and books it there; null: no account is configured. */
  readonly fillGap: (restoredUrl: string) => Promise<GapReport | null>;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
}

export class UpkeepFailure extends Error {
  readonly problem: UpkeepProblem;

  constructor(problem: UpkeepProblem, cause?: unknown) {
    super(cause instanceof Error ? cause.message : problem, { cause });
    this.problem = problem;
  }
}

export interface Run {
  readonly id: string;
  readonly kind: UpkeepKind;
  readonly requestedBy: string;
  say(step: UpkeepStep, done?: number, of?: number): void;
}

export interface FinishedRun {
  readonly file: string | null;
  readonly report: Readonly<Record<string, unknown>>;
  readonly figures: { readonly rows?: number; readonly bytes?: number };
}

export function refuseFullDisk(free: number | null, needed: number): void {
  if (free !== null && free < DISK_BYTES_MIN + needed) throw new UpkeepFailure("no_space");
}
