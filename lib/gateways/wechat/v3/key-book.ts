import type { KeyObject } from "node:crypto";
import type { PlatformCertificate } from "./download-certificates.ts";

/**
 * The keys of one merchant at one WeChat Pay, shared by all accounts that we hold of it: while a merchant moves from
 * certificates to the public key and back, accounts of before and after verify the same messages.
 */
export interface KeyBook {
  readonly publicKeys: Map<string, KeyObject>;
  certificates: ReadonlyMap<string, PlatformCertificate>;
  /**
   * Whether certificates are fetched by the clock: not while the account in force has the public key, since that would keep
   * the old way alive. null: none of the merchant's accounts is in force, each decides by itself.
   */
  byClock: boolean | null;
  /** When certificates were last fetched, and before when nobody tries again. */
  downloadedAtMs: number;
  nextTryAtMs: number;
  /** Downloads in a row that brought nothing new. */
  fruitless: number;
  running: Promise<void> | null;
}

export const createKeyBook = (): KeyBook => ({
  publicKeys: new Map(),
  certificates: new Map(),
  byClock: null,
  downloadedAtMs: Number.NEGATIVE_INFINITY,
  nextTryAtMs: Number.NEGATIVE_INFINITY,
  fruitless: 0,
  running: null,
});

/** One book per merchant and address. */
export function createKeyBooks(): (account: { apiBase: string; merchantNumber: string }) => KeyBook {
  const books = new Map<string, KeyBook>();
  return ({ apiBase, merchantNumber }) => {
    const name = JSON.stringify([apiBase, merchantNumber]);
    const book = books.get(name) ?? createKeyBook();
    books.set(name, book);
    return book;
  };
}
