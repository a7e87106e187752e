import type { CollectionDeps } from "./deps.ts";
import { type ManagedCodes, manageCodes } from "./manage-codes.ts";
import { type Collected, type CollectionForm, orderFromCode } from "./order-from-code.ts";
import type { ScannedCode } from "./ports.ts";

/** Standing collection codes: made and retired by the merchant, scanned and paid by shoppers. */
export interface Collection extends ManagedCodes {
  /** What a printed code stands for; null for an unknown one. */
  scan(code: string): Promise<ScannedCode | null>;
  order(form: CollectionForm): Promise<Collected>;
}

export const createCollection = (deps: CollectionDeps): Collection => ({
  ...manageCodes(deps),
  scan: (code) => deps.store.scan(code.toLowerCase()),
  order: (form) => orderFromCode(deps, form),
});

export type { CollectionDeps } from "./deps.ts";
export type { Collected, CollectionForm } from "./order-from-code.ts";
export type { CodeTerms, CollectionStore, Doing, NewCode, ScannedCode, StoredCode } from "./ports.ts";
export { collectionMachine } from "./status.ts";
