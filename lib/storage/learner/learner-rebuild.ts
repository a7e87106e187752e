import type pg from "pg";
import { foldEvents, isSameModel, newModel, toStored } from "#lib/intelligence/index.ts";
import { inTransaction, run } from "../transaction.ts";
import { readAllEvents } from "./learner-fold.ts";
import { LEARNER_LOCK } from "./learner-lock.ts";
import { keepModel, newestModel } from "./learner-models.ts";

export interface Rebuilt {
  /** The active version; 0 before the first. */
  readonly version: number;
  readonly outcomes: number;
  /** Whether learning everything anew gave the same numbers, bit for bit. */
  readonly isSame: boolean;
}

/**
 * Learns everything again from the beginning and compares it with the active model.
 * @param write makes what came out the next version, where it is another one
 */
export function rebuildLearner(pool: pg.Pool, { write, at }: { write: boolean; at: Date }): Promise<Rebuilt> {
  return inTransaction(pool, async (client) => {
    await run(client, LEARNER_LOCK, []);
    const { version, foldedTo, stored } = await newestModel(client);
    if (stored === null) return { version, outcomes: 0, isSame: true };
    const rebuilt = toStored(foldEvents(newModel([]), await readAllEvents(client, foldedTo)));
    const isSame = isSameModel(rebuilt, stored);
    if (write && !isSame) await keepModel(client, { version: version + 1, foldedTo, stored: rebuilt, at });
    return { version: write && !isSame ? version + 1 : version, outcomes: rebuilt.folded, isSame };
  });
}
