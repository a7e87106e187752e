import { SECOND_MS } from "#lib/base/time.ts";
import type { Pool } from "#lib/storage/client.ts";
import { forgetHolder, noteHolder, readMasterKeyState } from "#lib/storage/configuration/master-key.ts";
import type { KeyRing } from "./key-ring.ts";

const LOOK_EVERY_MS = SECOND_MS;
/** How often a process writes its heartbeat, changed or not. */
const SAY_EVERY_MS = 5 * SECOND_MS;
/** A process without a heartbeat for this long is not running. */
export const HOLDER_SEEN_MS = 4 * SAY_EVERY_MS;

export interface FollowOptions {
  readonly pool: Pool;
  readonly ring: KeyRing;
  /** Unique name of this process. */
  readonly process: string;
  readonly log: { error(event: string, fields?: Record<string, unknown>): void };
}

/** Seals with the key that the database names, and records which keys this process holds, until stopped. */
export function followMasterKey({ pool, ring, process, log }: FollowOptions): { stop(): Promise<void> } {
  let stopped = false;
  let saidAt = Number.NEGATIVE_INFINITY;
  let said = "";
  let missing = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const state = await readMasterKeyState(pool);
    const found = state === null || ring.sealWith(state.keyId);
    if (!found && !missing) log.error("master_key.missing", { hint: "this process was not given the new MASTER_KEY" });
    missing = !found;
    ring.lookForMore();
    const keyIds = ring.ids();
    const now = [ring.sealing.id, ...keyIds].map((id) => Buffer.from(id).toString("hex")).join();
    if (now === said && performance.now() - saidAt < SAY_EVERY_MS) return;
    await noteHolder(pool, { process, keyIds, sealsWith: ring.sealing.id });
    said = now;
    saidAt = performance.now();
  };
  const goOn = async (): Promise<void> => {
    // While the database is unreachable nothing can be sealed into it either.
    await look().catch(() => {});
    if (!stopped) timer = setTimeout(go, LOOK_EVERY_MS).unref();
  };
  let going: Promise<void> = Promise.resolve();
  const go = () => {
    going = goOn();
  };
  go();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await going;
      await forgetHolder(pool, process).catch(() => {});
    },
  };
}
