import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "#lib/base/clock.ts";
import { MASTER_KEY_BATCH_ROWS } from "#lib/base/limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Pool } from "#lib/storage/client.ts";
import {
  endMasterKeyChange,
  type KeyHolder,
  listHolders,
  readMasterKeyState,
  refusePreviousKey,
  replaceMasterKey,
} from "#lib/storage/configuration/master-key.ts";
import { countSealed, rewrapAll, type SealedCount } from "#lib/storage/configuration/sealed-places.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { ConfigurationProblem } from "./environment.ts";
import { HOLDER_SEEN_MS } from "./follow-master-key.ts";
import type { Seals } from "./master-key.ts";

// A change of master keys while the product runs. Each step is on disk before the next begins and may be done twice, so a
// killed rotation is started again and continues.
//   1  every running process holds the new key
//   2  the new key seals; both open
//   3  every running process uses it; Postgres refuses the old one
//   4  values sealed with the old one are wrapped again
//   5  none is left: the old one may be removed

export interface RotationOptions {
  readonly pool: Pool;
  readonly seals: Seals;
  /** Name of the key that is to seal. */
  readonly to: Uint8Array;
  readonly clock: Clock;
  /** How long running processes are waited for. */
  readonly timeoutMs?: number;
  readonly onStep?: (step: string) => void;
  /** Called after each batch. */
  readonly onBatch?: (count: number) => void;
}

export interface Rotation {
  readonly kind: "rotated" | "unchanged";
  /** Hex. */
  readonly keyId: string;
  readonly rewrapped: number;
  readonly left: number;
}

const TIMEOUT_MS = 60 * SECOND_MS;
const ASK_EVERY_MS = 300;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** @throws ConfigurationProblem when a running process lacks the new key, or another change is under way */
export async function rotateMasterKey(options: RotationOptions): Promise<Rotation> {
  const { pool, seals, to, clock, onStep = () => {} } = options;
  let state = await stateOf(pool);
  if (!same(state.keyId, to)) {
    if (state.previousKeyId !== null) throw busy();
    onStep("every running process holds the new key");
    await everyProcess(options, ({ keyIds }) => keyIds.some((id) => same(id, to)), "was not given the new MASTER_KEY");
    await replaceMasterKey(pool, { from: state.keyId, to, at: clock.now() });
    state = await stateOf(pool);
    if (!same(state.keyId, to)) throw busy();
  }
  if (!seals.ring.sealWith(to)) throw new ConfigurationProblem(["the new MASTER_KEY is not at hand"]);
  const { previousKeyId: from } = state;
  if (from === null) return { kind: "unchanged", keyId: hex(to), rewrapped: 0, left: await leftBehind(pool, to) };
  onStep("the new key seals");
  await everyProcess(options, ({ sealsWith }) => same(sealsWith, to), "does not seal with the new MASTER_KEY");
  await refusePreviousKey(pool);
  onStep("nothing more is sealed under the old one");
  const { onBatch = () => {} } = options;
  const { rewrap } = seals.box;
  const rewrapped = await rewrapAll(pool, { from, rewrap, batch: MASTER_KEY_BATCH_ROWS, onBatch });
  onStep(`${rewrapped} values wrapped anew`);
  const left = await endMasterKeyChange(pool, async (client) => countUnder(await countSealed(client), from));
  if (left > 0) throw new Error(`${left} values still lie under the old master key: run it again`);
  const detail = { from: hex(from), to: hex(to), rewrapped };
  await recordAudit(pool, {
    actor: "command line",
    action: "master_key.rotated",
    subject: null,
    detail,
    at: clock.now(),
  });
  return { kind: "rotated", keyId: hex(to), rewrapped, left: await leftBehind(pool, to) };
}

const busy = () =>
  new ConfigurationProblem(["another change of master keys is under way: finish it with its own MASTER_KEY first"]);

async function stateOf(pool: Pool) {
  const state = await readMasterKeyState(pool);
  if (state === null) throw new Error("the database has no master key yet");
  return state;
}

/** Waits until the condition holds for every running process; one without a recent heartbeat is not running. */
async function everyProcess(
  { pool, timeoutMs = TIMEOUT_MS }: RotationOptions,
  does: (holder: KeyHolder) => boolean,
  complaint: string,
): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const lacking = (await listHolders(pool, HOLDER_SEEN_MS)).filter((holder) => !does(holder));
    if (lacking.length === 0) return;
    if (performance.now() >= until) {
      throw new ConfigurationProblem(
        lacking.map(({ process }) => `${process} ${complaint}: start it again with both keys`),
      );
    }
    await sleep(ASK_EVERY_MS);
  }
}

const countUnder = (counts: readonly SealedCount[], keyId: Uint8Array): number =>
  counts.reduce((sum, each) => sum + (each.keyId === hex(keyId) ? each.count : 0), 0);

/** Values under any key but this one. */
async function leftBehind(pool: Pool, keyId: Uint8Array): Promise<number> {
  return (await countSealed(pool)).reduce((sum, each) => sum + (each.keyId === hex(keyId) ? 0 : each.count), 0);
}
