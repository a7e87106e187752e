import type { AccountCredentials } from "#lib/base/account-credentials.ts";

/** All accounts we hold. Asked at every call and notice, so it answers from memory. */
export interface AccountSource {
  active(): Promise<AccountCredentials | null>;
  /** Retired accounts too: their notices still come. */
  all(): Promise<readonly AccountCredentials[]>;
  /** Those whose notices count: without the ones that ended or were revoked. */
  believed(): Promise<readonly AccountCredentials[]>;
  byId(accountId: string): Promise<AccountCredentials | null>;
}

/** A verified message of WeChat Pay, and the key that signed it. */
export interface KeyUse {
  readonly merchantNumber: string;
  readonly serial: string;
  readonly kind: "certificate" | "public_key";
  readonly via: "notice" | "answer";
  readonly at: Date;
}

/** Platform certificates outlive the process here, so that a restart does not depend on a download. */
export interface KeyStore {
  /** @returns PEM certificates, in any order */
  load(accountId: string): Promise<readonly string[]>;
  /** Replaces what was kept for the account. */
  save(accountId: string, certificatePems: readonly string[]): Promise<void>;
}
