import type { Scene } from "#lib/contract/scene.ts";
import type { OrderPlace } from "#lib/payment/index.ts";
import type { CollectionStatus } from "./status.ts";

// What collecting money by a standing code needs of the store.

/** What a merchant says of a code. Amounts in fen: either `amount`, or both of the others. */
export interface CodeTerms {
  readonly label: string;
  readonly amount: number | null;
  readonly amountMin: number | null;
  readonly amountMax: number | null;
  readonly scene: Scene | null;
  readonly itemName: string | null;
  readonly category: string | null;
  readonly storeCode: string | null;
  /** Of that store. */
  readonly tillCode: string | null;
}

export interface NewCode {
  readonly id: string;
  readonly code: string;
  readonly terms: CodeTerms;
}

export interface StoredCode extends NewCode {
  readonly status: CollectionStatus;
  readonly paidCount: number;
  readonly paidAmount: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly retiredAt: Date | null;
}

/** What a shopper's page asks. */
export interface ScannedCode extends NewCode {
  readonly status: CollectionStatus;
  /** There is an account that money can be paid to. */
  readonly payable: boolean;
  /** Where the sign hangs. */
  readonly place: OrderPlace | null;
}

/** Who does it, when: every change is written down with the change itself. */
export interface Doing {
  /** An address of mail, an API key's id, or a part of the product. */
  readonly by: string;
  readonly at: Date;
}

interface CodeFilter {
  readonly status?: CollectionStatus | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** A part of the label or of the item's name, the code or the id. */
  readonly text?: string | undefined;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** What names its store or till by codes throws AppError `invalid_request` at the field that names none in use. */
export interface CollectionStore {
  insert(code: NewCode, doing: Doing): Promise<"inserted" | "id_taken" | "too_many">;
  find(id: string): Promise<StoredCode | null>;
  /** Newest first. */
  list(filter: CodeFilter): Promise<StoredCode[]>;
  /** `terms` sees the code under its lock. */
  change(id: string, doing: Doing, terms: (before: CodeTerms) => CodeTerms): Promise<"absent" | "retired" | "changed">;
  /** False when there is no such code; one that is retired stays so. */
  retire(id: string, doing: Doing): Promise<boolean>;
  scan(code: string): Promise<ScannedCode | null>;
  /** Says from which code an order came; a repeat says nothing new. */
  link(order: {
    readonly orderId: string;
    readonly codeId: string;
    readonly at: Date;
  }): Promise<"linked" | LinkRefusal>;
}

export type LinkRefusal = "retired" | "other_amount";
