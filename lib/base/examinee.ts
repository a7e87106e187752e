import type { Secret } from "./secret.ts";

/** What of a configuration is sound enough by itself to be tried at WeChat; null where it is not. */
export interface Examinee {
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
  readonly v2: {
    readonly apiKey: Secret<string>;
    readonly signType: "MD5" | "HMAC-SHA256";
    readonly certificatePem: string | null;
    readonly keyPem: Secret<string> | null;
  } | null;
}
