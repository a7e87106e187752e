import { isAppError } from "#lib/base/app-error.ts";
import type { Collection } from "#lib/collection/index.ts";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";

export const DEMO_CODE_ID = "col_demo";

export interface DemoCode {
  readonly collection: Pick<Collection, "create">;
  /** Whether the active configuration is the sandbox. */
  readonly isSandbox: () => boolean;
}

/** Makes the demo's collection code when the sandbox is first met. Codes are never deleted, so one that was retired stays so. */
export function demoCollectionCode({ collection, isSandbox }: DemoCode): () => Promise<void> {
  let made = false;
  return async () => {
    if (made || !isSandbox()) return;
    const request = collectionCodeRequestSchema.parse({ label: "一号收银台", scene: "dining" });
    await collection.create(request, { by: "demo", id: DEMO_CODE_ID }).catch(unlessThere);
    made = true;
  };
}

/** Another worker, or an earlier start, was first. */
function unlessThere(cause: unknown): void {
  if (!isAppError(cause) || cause.code !== "conflict") throw cause;
}
