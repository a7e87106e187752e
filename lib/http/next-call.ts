import { AsyncLocalStorage } from "node:async_hooks";

/** What our own code says of a call that Next answers, which has no other way to tell our server. */
export interface NextCall {
  reachedOurCode: boolean;
  /** The page says that what it shows cannot be read just now. */
  isUnavailable: boolean;
}

// Next bundles a copy of this file in addition to the one that our own server runs; both must see the same storage.
const STORAGE = Symbol.for("lingfu.next-call");
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<NextCall> };
const calls = (): AsyncLocalStorage<NextCall> => {
  shared[STORAGE] ??= new AsyncLocalStorage<NextCall>();
  return shared[STORAGE];
};

/** Runs `work`, which passes a call to Next, so that our own code can mark it. */
export const withNextCall = <Result>(call: NextCall, work: () => Result): Result => calls().run(call, work);

/** Called by our own code before it handles a page or an action. */
export function markOurCodeReached(): void {
  const call = calls().getStore();
  if (call !== undefined) call.reachedOurCode = true;
}

/** Called by a page that draws itself without what it is about: its answer becomes 503. */
export function markUnavailable(): void {
  const call = calls().getStore();
  if (call !== undefined) call.isUnavailable = true;
}
