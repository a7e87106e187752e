import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeKeyStore } from "./certificate.ts";
import { type SandboxKeys, writeDurably } from "./key-ring.ts";

// The credentials files of the merchant, one for each version of the API.

export interface CredentialsPlace {
  readonly folder: string;
  readonly url: string;
  /** The HTTPS address, for v2 calls that need the merchant's certificate. */
  readonly tlsUrl: string;
  readonly notifyUrl: string;
  readonly merchantName: string;
}

export interface CredentialsFiles {
  readonly v3: string;
  readonly v2: string;
}

export const credentialsFiles = (folder: string): CredentialsFiles => ({
  v3: join(folder, "payment_config.json"),
  v2: join(folder, "payment_config.v2.json"),
});

/** Writes both, the PEM files that they name, and the .p12 file. Unchanged files are not written. */
export async function writeCredentials(ring: SandboxKeys, place: CredentialsPlace): Promise<void> {
  const files = credentialsFiles(place.folder);
  const paths = {
    cert_path: join(place.folder, "apiclient_cert.pem"),
    key_path: join(place.folder, "apiclient_key.pem"),
  };
  const caPath = join(place.folder, "tls_ca.pem");
  await writeIfChanged(paths.cert_path, ring.merchant.certificate);
  await writeIfChanged(paths.key_path, ring.merchant.privateKey);
  await writeKeyStore(join(place.folder, "apiclient_cert.p12"), ring);
  if (ring.tls !== undefined) await writeIfChanged(caPath, ring.tls.certificate);
  const shared = { appid: ring.appid, mch_id: ring.mchid, notify_url: place.notifyUrl };
  // HTTP, since browsers go to oauth_base and would refuse the certificate.
  const more = { app_secret: ring.appSecret, oauth_base: place.url, merchant_name: place.merchantName };
  await writeJson(files.v3, {
    ...shared,
    api_v3_key: ring.apiV3Key,
    serial_no: ring.merchant.serial,
    private_key: ring.merchant.privateKey,
    wechatpay_public_key_id: ring.publicKey.id,
    wechatpay_public_key: ring.publicKey.publicKey,
    api_key: ring.apiV2Key,
    api_base: place.url,
    ...more,
  });
  await writeJson(files.v2, {
    ...shared,
    api_key: ring.apiV2Key,
    sign_type: "HMAC-SHA256",
    api_base: place.tlsUrl,
    api_ca_path: caPath,
    ...paths,
    ...more,
  });
}

const writeJson = (file: string, config: object): Promise<void> =>
  writeIfChanged(file, `${JSON.stringify(config, null, 2)}\n`);

/** As from WeChat Pay: the password is the merchant number. */
async function writeKeyStore(file: string, { merchant, mchid }: SandboxKeys): Promise<void> {
  const before = await readFile(file).catch(() => Buffer.alloc(0));
  // The certificate in it is not encrypted; everything else differs each time it is made.
  if (before.includes(new X509Certificate(merchant.certificate).raw)) return;
  await writeDurably(file, makeKeyStore(merchant, mchid));
}

async function writeIfChanged(file: string, text: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => "");
  if (before !== text) await writeDurably(file, text);
}

/** The HTTPS port of the last start, so that credentials stay valid after a restart. */
export async function lastTlsPort(folder: string): Promise<number> {
  try {
    const config: unknown = JSON.parse(await readFile(credentialsFiles(folder).v2, "utf8"));
    const base = (config as { readonly api_base?: unknown }).api_base;
    return Number(new URL(String(base)).port);
  } catch {
    return 0;
  }
}
