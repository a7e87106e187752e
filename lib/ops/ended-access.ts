import { open, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Log } from "#lib/base/log.ts";
import type { Pool, Queryable } from "#lib/storage/client.ts";
import { type Ended, readEndedAccess } from "#lib/storage/operations/ended-access.ts";

// A list next to master.key of revoked keys and credentials, of disabled people and cashiers, of devices that are tills no more, and of
// removed passkeys and used recovery codes. A backup is older than what was ended after it; the list is not, so a restore that finds it does not bring a stolen key back to life. It only ever takes access away.

export const endedAccessFile = (dataDir: string): string => path.join(dataDir, "ended-access.jsonl");

const lineSchema = z.object({
  kind: z.enum(["key", "secret", "user", "account", "epay", "device", "cashier", "passkey", "recovery_code"]),
  id: z.string().min(1).max(64),
  endedAt: z.iso.datetime().nullable(),
});

/** @returns null where there is no such file; a line that cannot be read, as after a crash, is passed over */
export async function readEndedList(file: string): Promise<Ended[] | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw cause;
  }
  const last = new Map<string, Ended>();
  for (const line of text.split("\n")) {
    const ended = readLine(line);
    if (ended !== null) last.set(`${ended.kind} ${ended.id}`, ended);
  }
  return [...last.values()];
}

function readLine(line: string): Ended | null {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** Writes down what the list does not say yet, durably. Safe to be called by several processes: a line twice changes nothing. */
export async function keepEndedList(pool: Queryable, file: string): Promise<void> {
  const known = new Map((await readEndedList(file))?.map((each) => [`${each.kind} ${each.id}`, each.endedAt]));
  const news = (await readEndedAccess(pool)).filter(({ kind, id, endedAt }) => {
    const before = known.get(`${kind} ${id}`) ?? null;
    // Of a pid the last end counts: each time its key is replaced.
    return kind === "epay" ? before !== endedAt : (before === null) !== (endedAt === null);
  });
  if (news.length === 0) return;
  const handle = await open(file, "a", 0o600);
  try {
    // Begins a line of its own, should the last one have been cut off.
    await handle.writeFile(`\n${news.map((each) => JSON.stringify(each)).join("\n")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** For running processes: what cannot be written down now is said, and written at the next time. */
export const endedListKeeper =
  ({ pool, log, dataDir }: { pool: Pool; log: Pick<Log, "warn">; dataDir: string }) =>
  async (): Promise<void> => {
    try {
      await keepEndedList(pool, endedAccessFile(dataDir));
    } catch (cause) {
      log.warn("ended_access.not_kept", { cause });
    }
  };
