import { AsyncLocalStorage } from "node:async_hooks";

/** A post to a page, seen from outside: whether it came as far as our own code. */
export interface AdminAction {
  hasBegun: boolean;
}

// Next bundles a copy of this file in addition to the one that our own server runs; both must see the same storage.
const STORAGE = Symbol.for("lingfu.actionVisit");
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<AdminAction> };
const visits = (): AsyncLocalStorage<AdminAction> => {
  shared[STORAGE] ??= new AsyncLocalStorage<AdminAction>();
  return shared[STORAGE];
};

/** Runs `work`, which hands a post to Next, so that our own code can tell that it was reached. */
export const withAdminAction = <Result>(visit: AdminAction, work: () => Result): Result => visits().run(visit, work);

/** Called by our own code on behalf of a page or an action. */
export function noteActionBegun(): void {
  const visit = visits().getStore();
  if (visit !== undefined) visit.hasBegun = true;
}
