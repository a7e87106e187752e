import type { Secret } from "./secret.ts";

interface CommonCredentials {
  readonly id: string;
  /** Changes whenever any other field does, so that a cached adapter is known to be stale. */
  readonly version: string;
  readonly appId: string;
  readonly merchantNumber: string;
  readonly notifyUrl: string;
  /** Origin, without a path: `https://api.mch.weixin.qq.com`. */
  readonly apiBase: string;
  /** Trusted for `apiBase` alone, beside the usual authorities: a sandbox vouches for itself. */
  readonly apiCaPem?: string | null | undefined;
}

/** What API v2 works with. */
export interface V2Secrets {
  readonly apiKey: Secret<string>;
  /** How we sign, and the only signature we believe. */
  readonly signType: "MD5" | "HMAC-SHA256";
  /** Both or neither: the merchant's own certificate with its key, PEM. Only refunds need them. */
  readonly certificatePem: string | null;
  readonly keyPem: Secret<string> | null;
}

/** Credentials of WeChat Pay API v3, as the adapter takes them. */
export interface V3Credentials extends CommonCredentials {
  readonly protocol: "v3";
  /** 32 bytes of text. */
  readonly apiV3Key: Secret<string>;
  /** Serial of the merchant's own certificate, not of the platform's. */
  readonly serialNo: string;
  /** PEM, PKCS#8 or PKCS#1, RSA. */
  readonly privateKeyPem: Secret<string>;
  /** Both or neither: WeChat Pay's public key with its `PUB_KEY_ID_…`. Without it platform certificates are downloaded. */
  readonly publicKeyId?: string | undefined;
  readonly publicKeyPem?: string | undefined;
  /** Where the account holds a v2 key as well: notices of trades from before are still verified with it. */
  readonly v2?: V2Secrets | null | undefined;
}

/** Credentials of WeChat Pay API v2. */
export interface V2Credentials extends CommonCredentials {
  readonly protocol: "v2";
  readonly v2: V2Secrets;
}

export type AccountCredentials = V3Credentials | V2Credentials;

/** What of a configuration is sound enough by itself to be tried at WeChat; null where it is not. */
export interface CheckableCredentials {
  readonly appId: string | null;
  readonly merchantNumber: string | null;
  readonly notifyUrl: string | null;
  readonly apiBase: string;
  readonly oauthBase: string | null;
  readonly appSecret: Secret<string> | null;
  readonly apiCaPem: string | null;
  readonly wantsV3: boolean;
  readonly v3: {
    readonly serialNo: string;
    readonly privateKeyPem: Secret<string>;
    readonly apiV3Key: Secret<string> | null;
    readonly publicKeyId: string | null;
    readonly publicKeyPem: string | null;
  } | null;
  readonly v2: V2Secrets | null;
}
