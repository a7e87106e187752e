import type { Clock } from "#lib/base/clock.ts";
import { API_KEY_SEEN_ELSEWHERE_MS, API_KEY_SEEN_EVERY_MS } from "#lib/base/limits.ts";
import { noteKeyUse } from "#lib/storage/administration/api-keys.ts";
import type { Database } from "#lib/storage/client.ts";

/** Notes that a key was used from an address; returns at once, since no request waits for it. */
export type NoteUse = (keyId: string, address: string) => void;

interface Use {
  readonly at: number;
  readonly from: string;
}

/** More keys than a shop has; then all is forgotten, and the next uses are written once more. */
const REMEMBERED_MAX = 10_000;
const ADDRESS_CHARS_MAX = 64;

/** When and from where each key was last used, written sparingly. What cannot be written is written at the next use. */
export function createNoteUse({ pool, clock }: { readonly pool: Database["pool"]; readonly clock: Clock }): NoteUse {
  const written = new Map<string, Use>();
  return (keyId, address) => {
    const at = clock.now();
    const from = address.slice(0, ADDRESS_CHARS_MAX);
    const last = written.get(keyId);
    const sinceMs = last === undefined ? Number.POSITIVE_INFINITY : at.getTime() - last.at;
    if (sinceMs < (last?.from === from ? API_KEY_SEEN_EVERY_MS : API_KEY_SEEN_ELSEWHERE_MS)) return;
    if (written.size >= REMEMBERED_MAX) written.clear();
    written.set(keyId, { at: at.getTime(), from });
    noteKeyUse(pool, keyId, { at, from }).catch(() => written.delete(keyId));
  };
}
