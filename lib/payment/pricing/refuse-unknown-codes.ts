import { AppError } from "#lib/base/app-error.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import type { Deps } from "../deps.ts";
import type { Once } from "../ports/store.ts";

/**
 * A code that a shopper typed and that no promotion in use has is refused by name: who is promised a discount must not find out
 * at the counter that there is none. A known code that this cart does not qualify for is told by the quote's `rejected`.
 * @param once a request that was answered before gets its first answer, though the promotion has ended since
 * @throws AppError `invalid_request` at `promotionCodes.n`
 */
export async function refuseUnknownCodes(deps: Deps, codes: readonly string[], once: Once | null): Promise<void> {
  // The demo shop's own mark: it orders whether or not its promotions are there.
  const asked = codes.filter((code) => code !== DEMO_CODE);
  if (asked.length === 0) return;
  const unknown = new Set(await deps.store.promotions.unknownCodes(asked));
  if (unknown.size === 0) return;
  if (once !== null) {
    const found = await deps.store.transaction((tx) => tx.findAnswer(once));
    if (found.kind !== "absent") return;
  }
  const errors = codes.flatMap((code, at) =>
    unknown.has(code) ? [{ path: `promotionCodes.${at}`, message: `no promotion in use has the code ${code}` }] : [],
  );
  throw new AppError("invalid_request", "a promotion code is not known", { errors });
}
