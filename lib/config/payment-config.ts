import { createHmac, randomBytes } from "node:crypto";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import type { Pool } from "#lib/storage/client.ts";
import { type ImportResult, importAccount, type Mode, modeOf } from "#lib/storage/gateway-accounts.ts";
import { sealOf } from "./accounts.ts";
import { type ConfigReading, readPaymentConfig } from "./read-payment-config.ts";
import type { SealedBox } from "./sealed-box.ts";

interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

export interface PaymentConfigOptions {
  readonly pool: Pool;
  readonly box: SealedBox;
  readonly log: Log;
  /** Absolute path of the merchant's own file. */
  readonly paymentConfig: string;
  /** Absolute path of the sandbox's file, used while no real account is active. */
  readonly sandboxConfig: string;
  /** Told after an import that changed which account is active. */
  readonly onChange?: () => void;
}

/** What one look at the files came to; `problems` are those of the merchant's own file. */
export interface ConfigState {
  readonly mode: Mode;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export interface PaymentConfig {
  /** Looks at the files now and imports what is new. @throws when the database is away */
  refresh(): Promise<ConfigState>;
  /** Keeps looking until `stop`; a change is in force within {@link LOOK_EVERY_MS}. */
  watch(): { stop(): Promise<void> };
}

export const LOOK_EVERY_MS = 2_000;

/**
 * Keeps `payment_config.json` in force: imported when it is new, the last good one kept while it is not valid, the
 * sandbox's own file used only while no real account is active. Looks by itself instead of waiting for the file system's
 * word: that word is lost on network folders and with editors that replace files.
 */
export function createPaymentConfig(options: PaymentConfigOptions): PaymentConfig {
  const memory: Memory = { real: "", sandbox: "" };
  const refresh = () => lookOnce(options, memory);
  return {
    refresh,
    watch: () => keepLooking(refresh, options.log),
  };
}

/** One look after the other, never two at once: while the database is away a look takes longer than the pause. */
function keepLooking(look: () => Promise<unknown>, log: Log): { stop(): Promise<void> } {
  let stopped = false;
  let away = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const lookAndGoOn = async () => {
    try {
      await look();
      away = false;
    } catch (cause) {
      if (!away) log.warn("config.postponed", { cause });
      away = true;
    }
    wait();
  };
  const wait = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = lookAndGoOn();
    }, LOOK_EVERY_MS);
  };
  wait();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** The mark of each file as it was last dealt with, so that every state is imported and told once. */
interface Memory {
  real: string;
  sandbox: string;
}

async function lookOnce(options: PaymentConfigOptions, memory: Memory): Promise<ConfigState> {
  // Where the launcher names the sandbox's file as the configuration, there is no file of the merchant's own.
  const hasOwn = options.paymentConfig !== options.sandboxConfig;
  const own: ConfigReading = hasOwn ? await readPaymentConfig(options.paymentConfig) : { kind: "absent" };
  await deal(options, own, { memory, which: "real" });
  let mode = await modeOf(options.pool);
  if (mode !== "real") {
    const sandbox = await readPaymentConfig(options.sandboxConfig);
    await deal(options, sandbox, { memory, which: "sandbox" });
    mode = await modeOf(options.pool);
  }
  return {
    mode,
    problems: own.kind === "invalid" ? own.problems : [],
    warnings: own.kind === "valid" ? own.warnings : [],
  };
}

async function deal(
  options: PaymentConfigOptions,
  reading: ConfigReading,
  { memory, which }: { memory: Memory; which: keyof Memory },
): Promise<void> {
  const file = which === "real" ? options.paymentConfig : options.sandboxConfig;
  const mark = reading.kind === "absent" ? "" : reading.mark;
  if (mark === memory[which]) return;
  if (reading.kind === "invalid") {
    options.log.error("config.refused", { file, problems: reading.problems, inForce: "the last good configuration" });
  }
  if (reading.kind === "valid") {
    const result = await importReading(options, reading, which === "sandbox");
    for (const warning of which === "real" ? reading.warnings : [])
      options.log.warn("config.warning", { file, warning });
    options.log.info(`config.${result}`, { file, merchantNumber: reading.credentials.merchantNumber });
    if (result === "added" || result === "activated") options.onChange?.();
  }
  memory[which] = mark; // Only now: an import that failed is tried again at the next look.
}

/** Seals the credentials and makes them the active account; the same credentials again change nothing. */
export function importReading(
  { pool, box }: Pick<PaymentConfigOptions, "pool" | "box">,
  { credentials, merchantName, profile }: Extract<ConfigReading, { kind: "valid" }>,
  sandbox: boolean,
): Promise<ImportResult> {
  const text = JSON.stringify(credentials);
  const id = formatId("account", Date.now(), randomBytes(ID_RANDOM_BYTES));
  // Keyed: a plain digest would let whoever reads the database check guesses of short keys.
  const fingerprint = createHmac("sha256", box.deriveKey("gateway-account-fingerprint"))
    .update(JSON.stringify([sandbox, text]))
    .digest();
  return importAccount(pool, {
    account: {
      id,
      protocol: credentials.v3 === null ? "v2" : "v3",
      appId: credentials.appId,
      merchantNumber: credentials.merchantNumber,
      sandbox,
      sealed: box.seal(text, sealOf(id)),
      fingerprint,
    },
    merchantName,
    profile,
  });
}
