import { createHmac, randomBytes } from "node:crypto";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import type { Pool } from "#lib/storage/client.ts";
import {
  type ConfigAuthor,
  type ConfigSettings,
  type Imported,
  importConfiguration,
  latestConfigVersion,
} from "#lib/storage/configuration/config-versions.ts";
import { type AccountRow, listAccounts, readAccount } from "#lib/storage/configuration/gateway-accounts.ts";
import { sealOf } from "./accounts.ts";
import { configFields, fileMarkOf } from "./config-view.ts";
import type { ConfigReading, SealedCredentials } from "./read-payment-config.ts";
import type { SealedBox } from "./sealed-box.ts";

export interface ImportParts {
  readonly pool: Pool;
  readonly box: SealedBox;
}

export type ValidReading = Extract<ConfigReading, { kind: "valid" }>;

/** Who imports, and from where. */
export type ImportAuthor = Omit<ConfigAuthor, "fileMark">;

/** Seals the credentials and activates them as a new version; the same content again changes nothing. */
export function importReading(
  { pool, box }: ImportParts,
  { credentials, settings, mark }: ValidReading,
  author: ImportAuthor,
): Promise<Imported> {
  return importConfiguration(pool, {
    ...author,
    fileMark: author.source === "file" ? fileMarkOf(box, mark) : null,
    account: accountOf(box, credentials, author.source === "sandbox"),
    settings,
    fields: configFields(box, credentials, settings),
  });
}

function accountOf(box: SealedBox, credentials: SealedCredentials, sandbox: boolean): AccountRow {
  const text = JSON.stringify(credentials);
  const id = formatId("account", Date.now(), randomBytes(ID_RANDOM_BYTES));
  // Keyed: with a plain digest a reader of the database could check guesses of short keys.
  const fingerprint = createHmac("sha256", box.deriveKey("gateway-account-fingerprint"))
    .update(JSON.stringify([sandbox, text]))
    .digest();
  return {
    id,
    protocol: credentials.v3 === null ? "v2" : "v3",
    appId: credentials.appId,
    merchantNumber: credentials.merchantNumber,
    sandbox,
    sealed: box.seal(text, sealOf(id)),
    fingerprint,
  };
}

const NO_SETTINGS: ConfigSettings = {
  merchantName: null,
  profile: { industry: null, brand: null },
  extraMoney: { kind: "manual" },
};

/** The account that was active before versions existed becomes the first version, so that a rollback can return to it. */
export async function adoptActiveAccount({ pool, box }: ImportParts): Promise<void> {
  if ((await latestConfigVersion(pool)) !== null) return;
  const active = (await listAccounts(pool)).find((account) => account.active);
  const account = active && (await readAccount(pool, active.id));
  if (!account) return;
  const credentials = JSON.parse(box.openText(account.sealed, sealOf(account.id))) as SealedCredentials;
  await importConfiguration(pool, {
    source: "before",
    actor: "configuration",
    origin: null,
    fileMark: null,
    account,
    settings: NO_SETTINGS,
    fields: configFields(box, credentials, NO_SETTINGS),
  });
}
