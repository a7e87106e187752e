import type { Secret } from "#lib/base/secret.ts";

// Whose name we trade in. Parsing, sealing and keeping credentials is others' work; the adapters only use them.

/** Credentials of WeChat Pay API v3, as the adapter takes them. */
export interface V3Credentials {
  readonly id: string;
  /** Changes whenever any other field does, so that a cached adapter is known to be stale. */
  readonly version: string;
  readonly protocol: "v3";
  readonly appId: string;
  readonly merchantNumber: string;
  readonly notifyUrl: string;
  /** 32 bytes of text. */
  readonly apiV3Key: Secret<string>;
  /** Serial of the merchant's own certificate, not of the platform's. */
  readonly serialNo: string;
  /** PEM, PKCS#8 or PKCS#1, RSA. */
  readonly privateKeyPem: Secret<string>;
  /** Both or neither: WeChat Pay's public key with its `PUB_KEY_ID_…`. Without it platform certificates are downloaded. */
  readonly publicKeyId?: string | undefined;
  readonly publicKeyPem?: string | undefined;
  /** Origin, without a path: `https://api.mch.weixin.qq.com`. */
  readonly apiBase: string;
}

export type AccountCredentials = V3Credentials;

/** All accounts we hold. Asked at every call and notice, so it answers from memory. */
export interface AccountSource {
  active(): Promise<AccountCredentials | null>;
  /** Retired accounts too: their notices still come. */
  all(): Promise<readonly AccountCredentials[]>;
  byId(accountId: string): Promise<AccountCredentials | null>;
}

/** Platform certificates outlive the process here, so that a restart does not depend on a download. */
export interface KeyStore {
  /** @returns PEM certificates, in any order */
  load(accountId: string): Promise<readonly string[]>;
  /** Replaces what was kept for the account. */
  save(accountId: string, certificatePems: readonly string[]): Promise<void>;
}
