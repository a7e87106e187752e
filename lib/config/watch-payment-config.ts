import { hostname } from "node:os";
import { isAppError } from "#lib/base/app-error.ts";
import type { Log } from "#lib/base/log.ts";
import type { Pool } from "#lib/storage/client.ts";
import { type FileState, isNews, noteFile } from "#lib/storage/configuration/config-files.ts";
import { latestConfigVersion } from "#lib/storage/configuration/config-versions.ts";
import { type Mode, modeOf } from "#lib/storage/configuration/gateway-accounts.ts";
import { raiseAlert } from "#lib/storage/operations/alerts.ts";
import { fileMarkOf } from "./config-view.ts";
import { adoptActiveAccount, importReading, type ValidReading } from "./import-configuration.ts";
import { reasonLine } from "./payment-config-schema.ts";
import { type ConfigReading, readPaymentConfig } from "./read-payment-config.ts";
import type { SealedBox } from "./sealed-box.ts";

export interface PaymentConfigOptions {
  readonly pool: Pool;
  readonly box: SealedBox;
  readonly log: Log;
  /** Absolute path of the merchant's own file. */
  readonly paymentConfig: string;
  /** Absolute path of the sandbox's file, used while no real account is active. */
  readonly sandboxConfig: string;
  /** This machine's name, which distinguishes its files from those of other machines. */
  readonly host?: string;
  /** Called after an import that changed which account is active. */
  readonly onChange?: () => void;
}

/** The result of reading the files; `problems` are those of the merchant's own file. */
interface ConfigState {
  readonly mode: Mode;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

export interface PaymentConfig {
  /** Reads the files now and imports what is new. @throws when the database is unreachable */
  refresh(): Promise<ConfigState>;
  /** Keeps reading until `stop`; a change is active within {@link LOOK_EVERY_MS}. */
  watch(): { stop(): Promise<void> };
}

const LOOK_EVERY_MS = 2_000;

/**
 * Keeps `payment_config.json` active: imports it when its content changes (an unchanged file displaces nothing, ADR 0031), keeps
 * the last valid one while the file is invalid, and uses the sandbox's file only while no real account is active. It polls,
 * because file system events are lost on network folders and with editors that replace files.
 */
export function createPaymentConfig(options: PaymentConfigOptions): PaymentConfig {
  const memory: Memory = { real: "", sandbox: "", adopted: false };
  const refresh = () => lookOnce(options, memory);
  return {
    refresh,
    watch: () => keepLooking(refresh, options.log),
  };
}

/** One read after the other, never two at once: while the database is unreachable a read takes longer than the pause. */
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

/** The mark of each file when it was last handled, so that every state is imported and logged once. */
interface Memory {
  real: string;
  sandbox: string;
  adopted: boolean;
}

async function lookOnce(options: PaymentConfigOptions, memory: Memory): Promise<ConfigState> {
  // If the launcher names the sandbox's file as the configuration, the merchant has no own file.
  if (!memory.adopted) await adopt(options);
  memory.adopted = true;
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
    warnings: own.kind === "valid" ? own.warnings.map(reasonLine) : [],
  };
}

async function adopt(options: PaymentConfigOptions): Promise<void> {
  try {
    await adoptActiveAccount(options);
  } catch (cause) {
    // An account that cannot be opened is reported where it is needed.
    options.log.error("config.not_adopted", { cause });
  }
}

async function deal(
  options: PaymentConfigOptions,
  reading: ConfigReading,
  { memory, which }: { memory: Memory; which: "real" | "sandbox" },
): Promise<void> {
  const file = which === "real" ? options.paymentConfig : options.sandboxConfig;
  const mark = reading.kind === "absent" ? "" : reading.mark;
  if (mark === memory[which]) return;
  if (reading.kind === "invalid") await refuse(options, { file, reading, which });
  if (reading.kind === "valid") {
    for (const warning of which === "real" ? reading.warnings.map(reasonLine) : [])
      options.log.warn("config.warning", { file, warning });
    if (which === "sandbox") await take(options, reading, { file, source: "sandbox" });
    else await takeNews(options, reading, file).catch((cause) => refuseRevoked(options, { file, reading, cause }));
  }
  memory[which] = mark; // Only now, so that a failed import is tried again at the next read.
}

/** A file with the same content as at its last import is not imported again, even if another version was activated since. */
async function takeNews(options: PaymentConfigOptions, reading: ValidReading, file: string): Promise<void> {
  const { pool, box, host = hostname() } = options;
  const state: FileState = { host, path: file, mark: fileMarkOf(box, reading.mark) };
  const isNew = (await isNews(pool, state)) || (await modeOf(pool)) !== "real";
  if (isNew) await take(options, reading, { file, source: "file" });
  else options.log.info("config.file_unchanged", { file });
  await noteFile(pool, state);
}

async function take(
  options: PaymentConfigOptions,
  reading: ValidReading,
  { file, source }: { file: string; source: "file" | "sandbox" },
): Promise<void> {
  const actor = source === "file" ? "configuration file" : "sandbox";
  const { result, version } = await importReading(options, reading, { source, actor, origin: file });
  options.log.info(`config.${result}`, { file, version, merchantNumber: reading.credentials.merchantNumber });
  if (result !== "unchanged" && result !== "ignored") options.onChange?.();
}

/** A file may still name credentials that a person has revoked: the last good configuration stays in use. */
async function refuseRevoked(
  options: PaymentConfigOptions,
  { file, reading, cause }: { file: string; reading: ValidReading; cause: unknown },
): Promise<void> {
  if (!isAppError(cause) || cause.code !== "conflict") throw cause;
  const refused = { kind: "invalid", problems: [cause.detail], reasons: [], mark: reading.mark } as const;
  await refuse(options, { file, reading: refused, which: "real" });
}

async function refuse(
  { pool, box, log }: PaymentConfigOptions,
  { file, reading, which }: { file: string; reading: Extract<ConfigReading, { kind: "invalid" }>; which: string },
): Promise<void> {
  log.error("config.refused", { file, problems: reading.problems, inForce: "the last good configuration" });
  if (which !== "real") return;
  const latest = await latestConfigVersion(pool);
  const mark = Buffer.from(fileMarkOf(box, reading.mark)).toString("hex").slice(0, 16);
  await raiseAlert(pool, {
    kind: "configuration_refused",
    cause: `configuration_refused:${mark}:${latest?.version ?? 0}`,
    orderId: null,
    detail: {
      link: "/admin/settings",
      file,
      problem: reading.problems.join("; ").slice(0, PROBLEM_CHARS_MAX),
      count: reading.problems.length,
    },
    at: new Date(),
  });
}

const PROBLEM_CHARS_MAX = 1_000;
