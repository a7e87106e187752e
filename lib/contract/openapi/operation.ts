import type { z } from "zod";
import type { ErrorCode } from "../../base/app-error.ts";
import type { Scope } from "../scope.ts";

/** One call, in the few words that OpenAPI cannot get from the schemas. */
export interface Operation {
  readonly id: string;
  readonly tag:
    | "Orders"
    | "Promotions"
    | "Refunds"
    | "Collection codes"
    | "Webhooks"
    | "Events"
    | "Reports"
    | "Agents"
    | "Shoppers"
    | "Pay page"
    | "WeChat"
    | "Epay"
    | "Operations"
    | "Description";
  readonly summary: string;
  readonly description?: string;
  /** `merchant`: an API key; `metrics`: the metrics token. */
  readonly auth?: "merchant" | "metrics";
  /** What the API key must be allowed to do. */
  readonly scope?: Scope;
  /** Takes `Idempotency-Key`. */
  readonly once?: boolean;
  readonly query?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean; readonly example: unknown };
  readonly answers: readonly OperationAnswer[];
  readonly errors: readonly ErrorCode[];
}

export interface OperationAnswer {
  readonly status: number;
  readonly description: string;
  /** Without it, a body of `type`, or none. */
  readonly schema?: z.ZodType;
  readonly type?: string;
  /** Another type that the same is said in, as a text. */
  readonly orAs?: string;
  /** What it always carries besides what all answers may. */
  readonly headers?: readonly ("Location" | "ETag" | "Retry-After")[];
}

export type Operations = Readonly<
  Record<string, Readonly<Partial<Record<"get" | "post" | "patch" | "delete", Operation>>>>
>;
