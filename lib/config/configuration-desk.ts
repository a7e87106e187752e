import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Pool } from "#lib/storage/client.ts";
import type { ImportResult } from "#lib/storage/gateway-accounts.ts";
import type { Accounts } from "./accounts.ts";
import { importReading } from "./payment-config.ts";
import { readPaymentConfig } from "./read-payment-config.ts";
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
    readonly problems: readonly string[];
    readonly warnings: readonly string[];
  };
}

export type UploadResult =
  | { readonly kind: ImportResult; readonly merchantNumber: string; readonly warnings: readonly string[] }
  | { readonly kind: "refused"; readonly problems: readonly string[] };

export interface ConfigurationDesk {
  report(): Promise<ConfigurationReport>;
  /** Checks the text of a `payment_config.json` and, where it is valid, puts it in force for new payments. */
  upload(text: string): Promise<UploadResult>;
}

export interface DeskOptions {
  readonly pool: Pool;
  readonly box: SealedBox;
  readonly accounts: Accounts;
  /** Absolute path of the merchant's own file; null where there is none but the sandbox's. */
  readonly paymentConfig: string | null;
  readonly onChange: () => Promise<void>;
}

export function createConfigurationDesk({
  pool,
  box,
  accounts,
  paymentConfig,
  onChange,
}: DeskOptions): ConfigurationDesk {
  return {
    async report() {
      const [account, file] = await Promise.all([accounts.active(), readFile(paymentConfig)]);
      return { active: account === null ? null : faceOf(account), file };
    },
    async upload(text) {
      const named = pathsIn(text);
      if (named.length > 0)
        return { kind: "refused", problems: named.map((key) => `${key} names a file; put its text in`) };
      const reading = await readText(text);
      if (reading.kind === "absent") return { kind: "refused", problems: ["the file is empty"] };
      if (reading.kind === "invalid") return { kind: "refused", problems: reading.problems };
      const kind = await importReading({ pool, box }, reading, false);
      if (kind === "added" || kind === "activated") await onChange();
      return { kind, merchantNumber: reading.credentials.merchantNumber, warnings: reading.warnings };
    },
  };
}

async function readFile(file: string | null): Promise<ConfigurationReport["file"]> {
  const reading = file === null ? ({ kind: "absent" } as const) : await readPaymentConfig(file);
  return {
    state: reading.kind,
    problems: reading.kind === "invalid" ? reading.problems : [],
    warnings: reading.kind === "valid" ? reading.warnings : [],
  };
}

/** An upload comes from another machine: a path in it would name a file of the server's. */
function pathsIn(text: string): string[] {
  try {
    return Object.keys(Object(JSON.parse(text))).filter((key) => key.endsWith("_path"));
  } catch {
    return []; // What is not JSON is refused by the reader, in its words.
  }
}

/** The reader takes files, so that it can follow their paths; this one lives for a moment and nobody else may read it. */
async function readText(text: string): ReturnType<typeof readPaymentConfig> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "lingfu-upload-"));
  try {
    const file = path.join(folder, "payment_config.json");
    await writeFile(file, text, { mode: 0o600 });
    return await readPaymentConfig(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Account = NonNullable<Awaited<ReturnType<Accounts["active"]>>>;

function faceOf(account: Account): NonNullable<ConfigurationReport["active"]> {
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
