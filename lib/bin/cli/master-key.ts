import { randomBytes } from "node:crypto";
import { copyFile, open, readFile, rename } from "node:fs/promises";
import type { Command } from "commander";
import { ConfigurationProblem, type Environment, readMasterKey } from "#lib/config/environment.ts";
import { HOLDER_SEEN_MS } from "#lib/config/follow-master-key.ts";
import { createKeyRing, MASTER_KEY_BYTES } from "#lib/config/key-ring.ts";
import { nextKeyFile } from "#lib/config/master-key.ts";
import { rotateMasterKey } from "#lib/config/rotate-master-key.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { listHolders, readMasterKeyState } from "#lib/storage/configuration/master-key.ts";
import { countSealed } from "#lib/storage/configuration/sealed-places.ts";
import {
  type CommandContext,
  type CommandReport,
  type OutputOptions,
  reportOn,
  table,
  withDatabase,
} from "./command.ts";

export function addMasterKeyCommands(program: Command): void {
  const group = program.command("master-key").description("the key that seals every secret in the database");
  group
    .command("status")
    .description("show which key seals, how much each key seals, and who holds it; changes nothing")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, () => withDatabase(statusOf)));
  group
    .command("rotate")
    .description("activate a new key and seal everything with it while the product runs; can be repeated at any point")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, () => withDatabase((context) => rotate(context, options))));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
/** Enough to tell keys apart. */
const short = (keyId: string): string => keyId.slice(0, 8);

async function statusOf({ database: { pool } }: CommandContext): Promise<CommandReport> {
  const state = await readMasterKeyState(pool);
  const keyId = state === null ? "" : hex(state.keyId);
  const previousKeyId = state?.previousKeyId ? hex(state.previousKeyId) : null;
  const sealed = await countSealed(pool);
  const processes = (await listHolders(pool, HOLDER_SEEN_MS)).map(({ process, keyIds, sealsWith }) => ({
    process,
    sealsWith: hex(sealsWith),
    holds: keyIds.map(hex),
  }));
  const left = sealed.filter((each) => each.keyId !== keyId).reduce((sum, { count }) => sum + count, 0);
  const text = [
    `seals      ${short(keyId)}`,
    previousKeyId === null ? "change      none under way" : `change      under way, from ${short(previousKeyId)}`,
    left === 0 ? "✓ nothing is sealed with another key" : `! ${left} values are sealed with another key`,
    "",
    table(
      ["sealed", "key", "count"],
      sealed.map((each) => [each.place, short(each.keyId), String(each.count)]),
    ),
    "",
    table(
      ["process", "seals with", "holds"],
      processes.map((each) => [each.process, short(each.sealsWith), each.holds.map(short).join(" ")]),
    ),
  ].join("\n");
  return { ok: left === 0 && previousKeyId === null, value: { keyId, previousKeyId, left, sealed, processes }, text };
}

async function rotate(
  { environment, database: { pool }, seals }: CommandContext,
  { json }: OutputOptions,
): Promise<CommandReport> {
  const { masterKeyFile: file } = environment;
  const to = file === null ? givenKey(environment) : await keyToCome(file);
  seals.ring.lookForMore();
  const steps: string[] = [];
  const onStep = (step: string): void => {
    steps.push(step);
    if (!json) console.error(`· ${step}`);
  };
  const rotation = await rotateMasterKey({ pool, seals, to, clock: systemClock, onStep });
  if (file !== null) await takeIntoUse(file);
  const note =
    file === null
      ? "MASTER_KEY_PREVIOUS can be removed at the next start of each process."
      : `${file} holds the new key; the old one is kept next to it, for backups that were made under it.`;
  const text = `${rotation.kind}: key ${short(rotation.keyId)} seals; ${rotation.rewrapped} values wrapped anew, ${rotation.left} left under another key. ${note}`;
  return { ok: rotation.left === 0, value: { ...rotation, steps }, text };
}

function givenKey({ masterKey, previousMasterKey }: Environment): Uint8Array {
  if (previousMasterKey !== null) return createKeyRing({ keys: [masterKey] }).sealing.id;
  throw new ConfigurationProblem([
    "MASTER_KEY_PREVIOUS is required: set the new key as MASTER_KEY and the current one as MASTER_KEY_PREVIOUS, here and for every process, one after the other",
  ]);
}

/** Creates the launcher's own key; the running processes find it next to the current one. */
async function keyToCome(file: string): Promise<Uint8Array> {
  const next = nextKeyFile(file);
  const kept = await readFile(next, "utf8").catch(() => null);
  if (kept === null) await writeDurably(next, `${randomBytes(MASTER_KEY_BYTES).toString("base64")}\n`);
  const key = readMasterKey(kept ?? (await readFile(next, "utf8")));
  if (key === null) throw new ConfigurationProblem([`${next} does not hold 32 bytes in base64: remove it`]);
  return createKeyRing({ keys: [key] }).sealing.id;
}

async function takeIntoUse(file: string): Promise<void> {
  const old = readMasterKey(await readFile(file, "utf8"));
  const name = old === null ? "old" : short(hex(createKeyRing({ keys: [old] }).sealing.id));
  await copyFile(file, `${file}.${name}`);
  await rename(nextKeyFile(file), file);
}

/** Writes the file completely or not at all. */
async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(`${file}.new`, "w", 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
}
