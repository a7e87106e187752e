import type { z } from "zod";
import { AppError, type FieldError } from "#lib/base/app-error.ts";
import type { Call } from "./call.ts";
import { checked } from "./read-json.ts";

const CONTROL = /\p{Cc}/u;

/** The query, strictly: each parameter once, known, and of its form. @throws AppError `invalid_request` */
export function readQuery<Schema extends z.ZodType>(call: Call, schema: Schema): z.output<Schema> {
  const given = new Map<string, string>();
  const errors: FieldError[] = [];
  for (const [name, value] of new URLSearchParams(call.query)) {
    if (given.has(name)) errors.push({ path: name, message: "is given more than once" });
    if (CONTROL.test(value) || value.includes("\ufffd"))
      errors.push({ path: name, message: "is not well-formed text" });
    given.set(name, value);
  }
  if (errors.length > 0) throw new AppError("invalid_request", "the query is not valid", { errors });
  return checked(schema, Object.fromEntries(given), "the query is not valid");
}
