import { type Answer, type Handler, type Incoming, json } from "./protocol/http.ts";
import { Refusal } from "./refusal.ts";

// How control calls read their requests and word what is wrong with them.

/** A request that makes no sense. */
export class BadControl extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export async function answering(run: Handler, incoming: Incoming): Promise<Answer> {
  try {
    return await run(incoming);
  } catch (cause) {
    if (!(cause instanceof BadControl || cause instanceof Refusal)) throw cause;
    return json(400, { error: { code: cause.code, message: cause.message } });
  }
}

export function readObject(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // falls through to the same sentence
  }
  throw new BadControl("invalid_request", "the body must be a JSON object");
}

interface Types {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

export function optional<Type extends keyof Types>(
  object: Record<string, unknown>,
  name: string,
  type: Type,
): Types[Type] | undefined {
  const value = object[name];
  if (value === undefined) return undefined;
  // `typeof` cannot narrow by a variable; the comparison is what makes the cast true.
  if (typeof value === type) return value as Types[Type];
  throw new BadControl("invalid_request", `"${name}" must be a ${type}`);
}
