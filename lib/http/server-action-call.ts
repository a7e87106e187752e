import { AsyncLocalStorage } from "node:async_hooks";

/** One post of a server action, and whether it reached our own code. */
export interface ServerActionCall {
  reachedOurCode: boolean;
}

// Next bundles a copy of this file in addition to the one that our own server runs; both must see the same storage.
const STORAGE = Symbol.for("lingfu.server-action-call");
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<ServerActionCall> };
const calls = (): AsyncLocalStorage<ServerActionCall> => {
  shared[STORAGE] ??= new AsyncLocalStorage<ServerActionCall>();
  return shared[STORAGE];
};

/** Runs `work`, which passes a post to Next, so that our own code can mark that it was reached. */
export const withServerActionCall = <Result>(call: ServerActionCall, work: () => Result): Result =>
  calls().run(call, work);

/** Called by our own code before it handles a page or an action. */
export function markOurCodeReached(): void {
  const call = calls().getStore();
  if (call !== undefined) call.reachedOurCode = true;
}
