import { readMasterKey } from "#lib/config/environment.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import type { BackupSeal } from "#lib/ops/backup.ts";

/** One from before a key rotation needs the key of that time. */
export const sealsAtHand = (): BackupSeal[] =>
  [process.env.MASTER_KEY, process.env.MASTER_KEY_PREVIOUS].flatMap((text) => {
    const key = readMasterKey(text ?? "");
    return key === null ? [] : createSealedBox(key);
  });
