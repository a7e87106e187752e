import { z } from "zod";
import type { ApiKey } from "#lib/auth/api-keys.ts";
import type { Scope } from "#lib/contract/scope.ts";
import type { Container } from "../container.ts";

/** Who calls a tool, and what the tool works with. */
export interface ToolContext {
  readonly container: Container;
  readonly caller: ApiKey;
}

interface ToolTerms<Input extends z.ZodType> {
  readonly name: string;
  readonly title: string;
  /** For the model: when to use it, and what comes back. */
  readonly description: string;
  /** What the API key must be allowed to do. */
  readonly scope: Scope;
  readonly input: Input;
  /** It changes something: only where the server was started with writes allowed. */
  readonly isWrite?: boolean;
  /** It is there in sandbox mode alone. */
  readonly isSandbox?: boolean;
  /** The answer is JSON, compact and without secrets. */
  readonly run: (context: ToolContext, input: z.output<Input>) => Promise<unknown>;
}

export type Tool = ToolTerms<z.ZodObject>;

/** Lets `run` know the type of its input. */
export const tool = <Shape extends z.ZodRawShape>(terms: ToolTerms<z.ZodObject<Shape>>): Tool =>
  terms as unknown as Tool;

export const orderIdSchema = z.string().min(1).max(64).describe("ord_…");
export const daySchema = z.iso.date().describe("A day in Beijing time, such as 2026-07-01");
export const momentInput = z.iso.datetime({ offset: true });
export const fewSchema = z.int().min(1).max(50).default(10).describe("How many at most");
