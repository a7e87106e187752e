import path from "node:path";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { concludeRestored } from "#lib/storage/operations/conclude-restored.ts";
import type { Ended, RestoredAccess } from "#lib/storage/operations/ended-access.ts";
import type { BackupSeal } from "../backup-file.ts";
import { type BaseSummary, type ClusterSecrets, readBaseHead, startOf, unpackBase } from "./base-file.ts";
import { coverage, listLog, unpackLog } from "./log-stream.ts";
import type { BackupStore } from "./store.ts";

/** What a server is restored from. */
export interface RestorePoint {
  readonly store: BackupStore;
  /** Of the base. */
  readonly name: string;
  readonly seals: readonly BackupSeal[];
  /** The moment to go back to; null: the latest there is. */
  readonly until: Date | null;
  /** Whether the log that follows is wanted at all. */
  readonly withLog?: boolean;
}

export interface FilledServer {
  readonly summary: BaseSummary;
  readonly secrets: ClusterSecrets;
  /** What was committed before is in it. */
  readonly upTo: Date;
  /** The log has a hole: what came after it cannot be restored. */
  readonly hasGap: boolean;
  readonly pieces: number;
}

/**
 * Puts the files of the base, and the log that follows, into an empty folder; the server that is started on it recovers from them.
 * @param postgres the major version that is installed
 * @throws AppError `invalid_request`
 */
export async function fillServer(
  { store, name, seals, until, withLog = true }: RestorePoint,
  { folder, postgres }: { readonly folder: string; readonly postgres: string },
): Promise<FilledServer> {
  const head = await readBaseHead({ store, name, seals });
  const madeAt = new Date(head.createdAt);
  if (until !== null && until < madeAt) {
    throw new AppError(
      "invalid_request",
      `${name} was begun at ${head.createdAt}: choose an earlier base, or a later moment`,
    );
  }
  const all = withLog ? await listLog(store, head.stream) : [];
  const { pieces, last, hasGap } = coverage(all, startOf(head), until);
  const end = last?.at ?? madeAt;
  if (until !== null && until > end) {
    throw new AppError(
      "invalid_request",
      `what was kept ends at ${end.toISOString()}: choose an earlier moment, or leave it out for the latest`,
    );
  }
  const { secrets, ...summary } = await unpackBase({ store, name, seals }, { folder, postgres });
  const { stream, timeline } = summary;
  await unpackLog(pieces, { store, seals, stream, timeline, folder: path.join(folder, "pg_wal") });
  return { summary, secrets, upTo: until ?? end, hasGap, pieces: pieces.length };
}

interface Concluding {
  readonly upTo: Date;
  readonly ended: readonly Ended[];
}

/** Before anybody may use a server that was restored: what was going on then is over, and access that was ended stays so. */
export const concludeServer = (url: string, { upTo, ended }: Concluding, clock: Clock): Promise<RestoredAccess> =>
  concludeRestored(url, { backupAt: upTo.toISOString(), ended, now: clock.now() });
