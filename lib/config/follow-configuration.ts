import { hostname } from "node:os";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Pool } from "#lib/storage/client.ts";
import { latestConfigVersion } from "#lib/storage/configuration/config-versions.ts";
import { type MerchantRow, readMerchant } from "#lib/storage/configuration/gateway-accounts.ts";
import { type Accounts, createAccounts } from "./accounts.ts";
import { type ConfigurationManager, createConfigurationManager } from "./configuration-manager.ts";
import type { Environment } from "./environment.ts";
import { followMasterKey } from "./follow-master-key.ts";
import { openSeals } from "./master-key.ts";
import type { SealedBox } from "./sealed-box.ts";
import { createPaymentConfig, type PaymentConfig } from "./watch-payment-config.ts";

/** Everything of the configuration that a running process follows; a change made by any process is seen within seconds. */
export interface Configuration {
  readonly box: SealedBox;
  readonly accounts: Accounts;
  readonly paymentConfig: PaymentConfig;
  readonly manager: ConfigurationManager;
  /** Whether new trades go to the sandbox. */
  readonly mode: { readonly sandbox: boolean };
  /** The shop as the configuration describes it. */
  readonly merchant: () => Promise<MerchantRow>;
  /** The next question about the shop is answered from the database. */
  forgetMerchant(): void;
  /** What becomes of money that settles no order. */
  readonly extraMoney: () => Promise<ExtraMoney>;
  /** After a change that this process made itself: reads everything again now. */
  refresh(): Promise<void>;
  stop(): Promise<void>;
}

/** A person decides, or it is refunded automatically after a delay. */
type ExtraMoney = { readonly kind: "manual" } | { readonly kind: "automatic"; readonly afterMs: number };

export interface FollowConfigurationOptions {
  readonly pool: Pool;
  readonly environment: Environment;
  readonly process: "web" | "worker" | "cli";
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
    error(event: string, fields?: Record<string, unknown>): void;
  };
}

const MODE_EVERY_MS = 5 * SECOND_MS;

/**
 * Opens the seals, imports the configuration now and keeps looking.
 * @throws ConfigurationProblem when MASTER_KEY is not this database's
 */
export async function followConfiguration(options: FollowConfigurationOptions): Promise<Configuration> {
  const { pool, environment, log } = options;
  const { paymentConfig: file, sandboxConfig } = environment;
  const { box, ring } = await openSeals(pool, environment);
  const accounts = createAccounts({ pool, box, log });
  const mode = { sandbox: false };
  const lookUp = async () => {
    mode.sandbox = (await accounts.active())?.sandbox ?? false;
  };
  let changes = 0;
  const readAgain = () => {
    changes++;
    return accounts.refresh().then(lookUp);
  };
  const kept = <Known>(read: () => Promise<Known>) => keptFor(MODE_EVERY_MS, { read, changes: () => changes });
  const onChange = () => void readAgain().catch(ignore);
  const paymentConfig = createPaymentConfig({ pool, box, log, paymentConfig: file, sandboxConfig, onChange });
  await paymentConfig.refresh();
  await accounts.refresh();
  await lookUp();
  const watching = paymentConfig.watch();
  // While the database is unreachable the last answer is used.
  const looking = setInterval(() => void lookUp().catch(ignore), MODE_EVERY_MS).unref();
  const own = file === sandboxConfig ? null : file;
  const keys =
    options.process === "cli" ? null : followMasterKey({ pool, ring, log, process: nameOf(options.process) });
  return {
    box,
    accounts,
    paymentConfig,
    mode,
    manager: createConfigurationManager({ pool, box, accounts, paymentConfig: own, onChange: readAgain }),
    merchant: kept(() => readMerchant(pool)),
    forgetMerchant: () => void changes++,
    extraMoney: kept(() => readExtraMoney(pool)),
    refresh: readAgain,
    async stop() {
      clearInterval(looking);
      await Promise.allSettled([watching.stop(), keys?.stop()]);
    },
  };
}

const nameOf = (kind: string): string => `${kind}:${hostname()}:${process.pid}`;

function ignore(): void {}

async function readExtraMoney(pool: Pool): Promise<ExtraMoney> {
  const inForce = await latestConfigVersion(pool);
  const said = inForce?.settings.extraMoney;
  return said?.kind === "automatic" ? { kind: "automatic", afterMs: said.delayS * SECOND_MS } : { kind: "manual" };
}

/** Read at most every so often, and after a change that this process made itself. */
function keptFor<Known>(
  ms: number,
  { read, changes }: { readonly read: () => Promise<Known>; readonly changes: () => number },
): () => Promise<Known> {
  let known: { readonly answer: Known; readonly readAt: number; readonly changes: number } | null = null;
  return async () => {
    if (known === null || known.changes !== changes() || performance.now() - known.readAt > ms) {
      const now = changes();
      known = { answer: await read(), readAt: performance.now(), changes: now };
    }
    return known.answer;
  };
}
