import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "#lib/base/app-error.ts";

const LOOK_EVERY_MS = 200;

/** @throws AppError `unavailable` when it does not come in time */
export async function until<Thing>(
  read: () => Promise<Thing | undefined>,
  { timeoutMs, what }: { readonly timeoutMs: number; readonly what: string },
): Promise<Thing> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const thing = await read();
    if (thing !== undefined) return thing;
    if (waitedMs >= timeoutMs)
      throw new AppError("unavailable", `${what} within ${timeoutMs / 1_000} s; is npm start running?`);
    await sleep(LOOK_EVERY_MS);
  }
}
