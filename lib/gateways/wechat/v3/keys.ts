import type { KeyObject } from "node:crypto";
import {
  PLATFORM_KEYS_ABSENT_RETRY_MS,
  PLATFORM_KEYS_FRESH_MS,
  PLATFORM_KEYS_RETRY_MS,
  PLATFORM_KEYS_WAIT_MS,
} from "#lib/base/limits.ts";
import type { Clock } from "#lib/base/time.ts";
import type { Log } from "#lib/payment/index.ts";
import type { KeyStore } from "../../account.ts";
import { type Download, type PlatformCertificate, usableCertificate } from "./download-certificates.ts";

/**
 * The keys that WeChat's words are verified with: platform certificates and the public key side by side, chosen per message
 * by its serial. Source: wechatpay.md §3.3.
 */
export interface VerifierKeys {
  /** Never waits for the network. */
  find(serial: string): Promise<KeyObject | null>;
  /** The same; for a serial we do not know, after one download if none was made just now. */
  findOrRefresh(serial: string): Promise<KeyObject | null>;
  /** Downloads platform certificates, unless that happened just now. Never throws. */
  refresh(): Promise<void>;
}

export interface VerifierKeysOptions {
  readonly accountId: string;
  readonly publicKey: { readonly id: string; readonly key: KeyObject } | null;
  readonly download: (knownKey: (serial: string) => KeyObject | null) => Promise<Download>;
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly log: Log;
}

export function createVerifierKeys(options: VerifierKeysOptions): VerifierKeys {
  const ring = createRing(options);
  let downloadedAtMs = Number.NEGATIVE_INFINITY;
  let nextTryAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;

  const nowMs = (): number => options.clock.now().getTime();
  const run = async (): Promise<void> => {
    nextTryAtMs = nowMs() + PLATFORM_KEYS_RETRY_MS;
    const result = await options.download(ring.known);
    if (result.kind === "certificates") {
      downloadedAtMs = nowMs();
      await ring.replace(result.certificates);
    } else if (result.kind === "none_for_us") {
      nextTryAtMs = nowMs() + PLATFORM_KEYS_ABSENT_RETRY_MS;
      options.log.info("gateway.keys.none", { accountId: options.accountId });
    } else {
      options.log.warn("gateway.keys.failed", { accountId: options.accountId, cause: result.cause });
    }
  };
  const refresh = (): Promise<void> => {
    if (running !== null) return running;
    if (nowMs() < nextTryAtMs) return Promise.resolve();
    running = run()
      .catch((cause: unknown) => options.log.error("gateway.keys.failed", { accountId: options.accountId, cause }))
      .finally(() => {
        running = null;
      });
    return running;
  };
  const find = async (serial: string): Promise<KeyObject | null> => {
    await ring.loaded();
    // With a public key set, downloading by the clock would only keep the old way alive; a strange serial still asks once.
    if (options.publicKey === null && nowMs() - downloadedAtMs >= PLATFORM_KEYS_FRESH_MS) void refresh();
    return ring.known(serial);
  };
  return {
    find,
    refresh,
    async findOrRefresh(serial) {
      const key = await find(serial);
      if (key !== null || !CERTIFICATE_SERIAL.test(serial)) return key;
      await within(PLATFORM_KEYS_WAIT_MS, refresh());
      return ring.known(serial);
    },
  };
}

/** Only certificates can be downloaded, so no other name is worth a call. */
const CERTIFICATE_SERIAL = /^[0-9A-Fa-f]{8,64}$/;

/** The keys in memory, and their copy in the store. */
function createRing({ accountId, publicKey, store, clock, log }: VerifierKeysOptions) {
  let certificates = new Map<string, PlatformCertificate>();
  let loading: Promise<void> | null = null;
  const load = async (): Promise<void> => {
    try {
      const kept = (await store.load(accountId)).flatMap((pem) => usableCertificate(pem, clock.now()) ?? []);
      certificates = new Map([...kept.map((each) => [each.serial, each] as const), ...certificates]);
    } catch (cause) {
      loading = null; // the next message tries again
      log.warn("gateway.keys.unreadable", { accountId, cause });
    }
  };
  return {
    loaded(): Promise<void> {
      loading ??= load();
      return loading;
    },
    known(serial: string): KeyObject | null {
      if (publicKey !== null && serial === publicKey.id) return publicKey.key;
      const certificate = certificates.get(serial);
      return certificate !== undefined && certificate.expiresAtMs > clock.now().getTime() ? certificate.key : null;
    },
    async replace(fresh: readonly PlatformCertificate[]): Promise<void> {
      certificates = new Map(fresh.map((each) => [each.serial, each]));
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

/** Waits for the work, but not longer; it goes on by itself. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}
