import type { Pool } from "#lib/storage/client.ts";
import {
  type ConfigVersion,
  type Imported,
  type ImportResult,
  listConfigVersions,
  rollBackConfiguration,
  type VersionFilter,
} from "#lib/storage/configuration/config-versions.ts";
import {
  listRetiredAccounts,
  type RetiredAccount,
  revokeAccount,
} from "#lib/storage/configuration/gateway-accounts.ts";
import type { Accounts } from "./accounts.ts";
import { importReading } from "./import-configuration.ts";
import type { Reason } from "./payment-config-schema.ts";
import { readPaymentConfig, readUploadedConfig } from "./read-payment-config.ts";
import type { SealedBox } from "./sealed-box.ts";

/** The configuration as people see it: nothing in it opens anything. */
export interface ConfigurationReport {
  readonly active: {
    readonly id: string;
    readonly sandbox: boolean;
    readonly protocol: "v3" | "v2";
    readonly appId: string;
    readonly merchantNumber: string;
    readonly notifyUrl: string;
    readonly serialNo: string | null;
    /** The public key's id; null where platform certificates are downloaded. */
    readonly publicKeyId: string | null;
    /** Names of the secrets that are held, as the file calls them. */
    readonly holds: readonly string[];
  } | null;
  readonly file: {
    readonly state: "absent" | "valid" | "invalid";
    readonly reasons: readonly Reason[];
    readonly warnings: readonly Reason[];
  };
}

type UploadResult =
  | {
      readonly kind: ImportResult;
      readonly version: number;
      readonly merchantNumber: string;
      readonly warnings: readonly Reason[];
    }
  | { readonly kind: "refused"; readonly reasons: readonly Reason[] };

interface Upload {
  /** The bytes of a `payment_config.json`. */
  readonly content: Uint8Array;
  /** Who uploads it. */
  readonly actor: string;
  /** Its name on the other machine. */
  readonly origin: string | null;
}

export interface ConfigurationManager {
  report(): Promise<ConfigurationReport>;
  /** Checks the file and, if it is valid, activates it for new payments. */
  upload(upload: Upload): Promise<UploadResult>;
  /** Newest first; the newest is active. */
  versions(filter: VersionFilter): Promise<ConfigVersion[]>;
  /** Accounts that were replaced, with when their notices stop counting. Newest first. */
  retired(): Promise<RetiredAccount[]>;
  /** Ends a replaced account now. @returns false when it was before. @throws AppError `not_found`, `conflict` */
  revoke(accountId: string, actor: string): Promise<boolean>;
  /** As a new version. @throws AppError `not_found`, `conflict` */
  rollBack(to: number, actor: string): Promise<Imported>;
}

export interface ConfigurationManagerOptions {
  readonly pool: Pool;
  readonly box: SealedBox;
  readonly accounts: Accounts;
  /** Absolute path of the merchant's own file; null if there is only the sandbox's. */
  readonly paymentConfig: string | null;
  readonly onChange: () => Promise<void>;
}

export function createConfigurationManager({
  pool,
  box,
  accounts,
  paymentConfig,
  onChange,
}: ConfigurationManagerOptions): ConfigurationManager {
  return {
    async report() {
      const [account, file] = await Promise.all([accounts.active(), readFile(paymentConfig)]);
      return { active: account === null ? null : faceOf(account), file };
    },
    async upload({ content, actor, origin }) {
      const reading = await readUploadedConfig(content);
      if (reading.kind === "invalid") return { kind: "refused", reasons: reading.reasons };
      const author = { source: "dashboard", actor, origin: origin?.slice(0, ORIGIN_CHARS_MAX) ?? null } as const;
      const { result, version } = await importReading({ pool, box }, reading, author);
      if (result !== "unchanged" && result !== "ignored") await onChange();
      return { kind: result, version, merchantNumber: reading.credentials.merchantNumber, warnings: reading.warnings };
    },
    versions: (filter) => listConfigVersions(pool, filter),
    retired: () => listRetiredAccounts(pool),
    async revoke(id, actor) {
      const isNew = await revokeAccount(pool, { id, actor });
      if (isNew) await onChange();
      return isNew;
    },
    async rollBack(to, actor) {
      const imported = await rollBackConfiguration(pool, { to, actor });
      if (imported.result !== "unchanged") await onChange();
      return imported;
    },
  };
}

const ORIGIN_CHARS_MAX = 255;

async function readFile(file: string | null): Promise<ConfigurationReport["file"]> {
  const reading = file === null ? ({ kind: "absent" } as const) : await readPaymentConfig(file);
  return {
    state: reading.kind,
    reasons: reading.kind === "invalid" ? reading.reasons : [],
    warnings: reading.kind === "valid" ? reading.warnings : [],
  };
}

type ActiveAccount = NonNullable<Awaited<ReturnType<Accounts["active"]>>>;

function faceOf(account: ActiveAccount): NonNullable<ConfigurationReport["active"]> {
  const v3 = account.protocol === "v3" ? account : null;
  const holds = [
    ...(v3 === null ? [] : ["api_v3_key", "private_key"]),
    ...(v3?.publicKeyPem === undefined ? [] : ["wechatpay_public_key"]),
    ...(account.v2 === null ? [] : ["api_key"]),
    ...(account.v2?.certificatePem == null ? [] : ["cert", "key"]),
    ...(account.appSecret === null ? [] : ["app_secret"]),
  ];
  const { id, sandbox, protocol, appId, merchantNumber, notifyUrl } = account;
  const publicKeyId = v3?.publicKeyId ?? null;
  return {
    id,
    sandbox,
    protocol,
    appId,
    merchantNumber,
    notifyUrl,
    serialNo: v3?.serialNo ?? null,
    publicKeyId,
    holds,
  };
}
