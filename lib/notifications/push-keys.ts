import type { Database } from "#lib/storage/client.ts";
import { findPushKeys, keepPushKeys } from "#lib/storage/notifications/push-keys.ts";

const PLACE = { table: "push_keys", column: "private_sealed", row: "1" } as const;

export interface PushKeysDeps {
  readonly pool: Database["pool"];
  readonly box: {
    seal(plaintext: string, place: typeof PLACE): Uint8Array;
    openText(sealed: Uint8Array, place: typeof PLACE): string;
  };
}

/** The pair by which push services know us (VAPID): made at the first use, the private one sealed. */
export interface PushKeys {
  readonly both: () => Promise<{ readonly publicKey: string; readonly privateKey: string }>;
}

export function createPushKeys({ pool, box }: PushKeysDeps): PushKeys {
  return {
    async both() {
      const found = (await findPushKeys(pool)) ?? (await make());
      return { publicKey: found.publicKey, privateKey: box.openText(found.privateSealed, PLACE) };
    },
  };
  async function make() {
    const { default: webpush } = await import("web-push");
    const { publicKey, privateKey } = webpush.generateVAPIDKeys();
    return keepPushKeys(pool, { publicKey, privateSealed: box.seal(privateKey, PLACE) });
  }
}
