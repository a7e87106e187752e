import type { KeyObject } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import {
  PLATFORM_KEYS_ABSENT_RETRY_MS,
  PLATFORM_KEYS_AHEAD_MS,
  PLATFORM_KEYS_FRESH_MS,
  PLATFORM_KEYS_RELOAD_MS,
  PLATFORM_KEYS_RETRY_MS,
  PLATFORM_KEYS_RETRY_MS_MAX,
  PLATFORM_KEYS_WAIT_MS,
} from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { KeyStore, KeyUse } from "../../account.ts";
import { type Download, type PlatformCertificate, usableCertificate } from "./download-certificates.ts";

/**
 * The keys that verify WeChat's messages: platform certificates and the public key together, chosen per message by its serial.
 * Source: wechatpay.md §3.3.
 */
export interface VerifierKeys {
  /** Never waits for the network. */
  find(serial: string): Promise<KeyObject | null>;
  /** The same; for a serial we do not know, after one download if none was made just now. */
  findOrRefresh(serial: string): Promise<KeyObject | null>;
  /** Downloads platform certificates, unless that happened just now. Never throws. */
  refresh(): Promise<void>;
  /** A message under this serial was verified. */
  noteUse(serial: string, via: KeyUse["via"]): void;
}

/** The same keys, also to encrypt for WeChat. */
export interface EncryptingKeys extends VerifierKeys {
  /** The public key, else the certificate that lasts longest. null: there is none, also after a download. */
  forEncryption(): Promise<EncryptionKey | null>;
}

interface EncryptionKey {
  readonly serial: string;
  readonly key: KeyObject;
}

export interface VerifierKeysOptions {
  readonly accountId: string;
  readonly merchantNumber: string;
  readonly publicKey: { readonly id: string; readonly key: KeyObject } | null;
  readonly book: KeyBook;
  readonly download: (knownKey: (serial: string) => KeyObject | null) => Promise<Download>;
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly onUse?: ((use: KeyUse) => void) | undefined;
}

export function createVerifierKeys(options: VerifierKeysOptions): EncryptingKeys {
  const { accountId, merchantNumber, book, publicKey, clock, log, onUse = () => {} } = options;
  if (publicKey !== null) book.publicKeys.set(publicKey.id, publicKey.key);
  const ring = createRing(options);
  const nowMs = (): number => clock.now().getTime();
  const run = async (): Promise<void> => {
    // Invented serials make the pauses longer instead of causing more downloads.
    const pauseMs = PLATFORM_KEYS_RETRY_MS * 2 ** Math.min(book.fruitless, 10);
    book.nextTryAtMs = nowMs() + Math.min(pauseMs, PLATFORM_KEYS_RETRY_MS_MAX);
    const result = await options.download(ring.known);
    if (result.kind === "certificates") {
      book.downloadedAtMs = nowMs();
      const isNews = result.certificates.some(({ serial }) => !book.certificates.has(serial));
      book.fruitless = isNews ? 0 : book.fruitless + 1;
      await ring.replace(result.certificates);
    } else if (result.kind === "none_for_us") {
      book.nextTryAtMs = nowMs() + PLATFORM_KEYS_ABSENT_RETRY_MS;
      log.info("gateway.keys.none", { accountId });
    } else {
      log.warn("gateway.keys.failed", { accountId, cause: result.cause });
    }
  };
  const refresh = (): Promise<void> => {
    if (book.running !== null) return book.running;
    if (nowMs() < book.nextTryAtMs) return Promise.resolve();
    book.running = run()
      .catch((cause: unknown) => log.error("gateway.keys.failed", { accountId, cause }))
      .finally(() => {
        book.running = null;
      });
    return book.running;
  };
  const isStale = (): boolean => nowMs() - book.downloadedAtMs >= PLATFORM_KEYS_FRESH_MS;
  const find = async (serial: string): Promise<KeyObject | null> => {
    await ring.loaded();
    // Even with a public key, a certificate in use that expires soon has its successor fetched.
    const byClock = book.byClock ?? publicKey === null;
    if (isStale() && (byClock || endsSoon(book.certificates.get(serial), nowMs()))) void refresh();
    return ring.known(serial);
  };
  return {
    find,
    refresh,
    async findOrRefresh(serial) {
      const key = await find(serial);
      if (key !== null || !CERTIFICATE_SERIAL.test(serial)) return key;
      // Another process may have fetched it.
      await ring.reload();
      const kept = ring.known(serial);
      if (kept !== null) return kept;
      await withTimeout(refresh(), PLATFORM_KEYS_WAIT_MS, () => {});
      return ring.known(serial);
    },
    async forEncryption() {
      if (publicKey !== null) return { serial: publicKey.id, key: publicKey.key };
      await ring.loaded();
      const kept = lastingLongest(book, nowMs());
      if (kept !== null) return kept;
      await withTimeout(refresh(), PLATFORM_KEYS_WAIT_MS, () => {});
      return lastingLongest(book, nowMs());
    },
    noteUse(serial, via) {
      const kind = book.publicKeys.has(serial) ? "public_key" : "certificate";
      onUse({ merchantNumber, serial, kind, via, at: clock.now() });
    },
  };
}

/** Only certificates can be downloaded, so no other name is worth a call. */
const CERTIFICATE_SERIAL = /^[0-9A-Fa-f]{8,64}$/;

const endsSoon = (certificate: PlatformCertificate | undefined, nowMs: number): boolean =>
  certificate !== undefined && certificate.expiresAtMs - nowMs <= PLATFORM_KEYS_AHEAD_MS;

function lastingLongest({ certificates }: KeyBook, nowMs: number): EncryptionKey | null {
  const usable = [...certificates.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  return usable.toSorted((one, other) => other.expiresAtMs - one.expiresAtMs)[0] ?? null;
}

/** The keys in memory, and their copy in the store. */
function createRing({ accountId, book, store, clock, log }: VerifierKeysOptions) {
  let loading: Promise<void> | null = null;
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  const load = async (): Promise<void> => {
    try {
      loadedAtMs = clock.now().getTime();
      const kept = (await store.load(accountId)).flatMap((pem) => usableCertificate(pem, clock.now()) ?? []);
      book.certificates = new Map([...kept.map((each) => [each.serial, each] as const), ...book.certificates]);
    } catch (cause) {
      loading = null; // the next message tries again
      log.warn("gateway.keys.unreadable", { accountId, cause });
    }
  };
  const loaded = (): Promise<void> => {
    loading ??= load();
    return loading;
  };
  return {
    loaded,
    reload(): Promise<void> {
      if (clock.now().getTime() - loadedAtMs >= PLATFORM_KEYS_RELOAD_MS) loading = null;
      return loaded();
    },
    known(serial: string): KeyObject | null {
      const publicKey = book.publicKeys.get(serial);
      if (publicKey !== undefined) return publicKey;
      const certificate = book.certificates.get(serial);
      return certificate !== undefined && certificate.expiresAtMs > clock.now().getTime() ? certificate.key : null;
    },
    async replace(fresh: readonly PlatformCertificate[]): Promise<void> {
      book.certificates = new Map(fresh.map((each) => [each.serial, each]));
      try {
        await store.save(
          accountId,
          fresh.map((each) => each.pem),
        );
      } catch (cause) {
        log.warn("gateway.keys.unsaved", { accountId, cause }); // they are good in memory all the same
      }
    },
  };
}

/**
 * The keys of one merchant at one WeChat Pay, shared by all accounts that we hold of it: while a merchant moves from
 * certificates to the public key and back, accounts of before and after verify the same messages.
 */
export interface KeyBook {
  readonly publicKeys: Map<string, KeyObject>;
  certificates: ReadonlyMap<string, PlatformCertificate>;
  /**
   * Whether certificates are fetched on a schedule: not while the active account has the public key, since that would keep the
   * old mode alive. null: none of the merchant's accounts is active, so each decides for itself.
   */
  byClock: boolean | null;
  /** When certificates were last fetched, and the earliest time of the next try. */
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
