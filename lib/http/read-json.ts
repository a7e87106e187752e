import type { z } from "zod";
import { AppError, type FieldError } from "#lib/base/app-error.ts";
import { JSON_DEPTH_MAX } from "#lib/base/limits.ts";
import { fieldErrors } from "#lib/contract/field-errors.ts";
import type { Call } from "./call.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i;
/** Texts in which a look at every string is worth its time. */
const SUSPECT = /__proto__|\\u(?:0000|005f|d[89a-f])/i;

/**
 * The body, strictly: UTF-8, JSON, of the schema. An empty body stands for `{}` where every field is optional.
 * @throws AppError `invalid_request` naming every wrong field; `payload_too_large`
 */
export async function readJson<Schema extends z.ZodType>(call: Call, schema: Schema): Promise<z.output<Schema>> {
  const bytes = await call.readBody();
  const type = call.headers.get("content-type");
  if (type !== null && bytes.length > 0 && !JSON_TYPE.test(type)) {
    throw new AppError("invalid_request", "the body must be JSON in UTF-8: Content-Type: application/json");
  }
  return checked(schema, bytes.length === 0 ? {} : parseJson(bytes), "the body is not valid");
}

/** @throws AppError `invalid_request` with every field that is wrong */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, detail: string): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(detail, fieldErrors(parsed.error));
}

export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = UTF8.decode(bytes);
  } catch {
    throw invalid("the body is not UTF-8");
  }
  if (isTooDeep(bytes)) throw invalid(`the body is nested deeper than ${JSON_DEPTH_MAX} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(`the body is not JSON: ${reasonOf(cause)}`);
  }
  if (SUSPECT.test(text)) refuseStrangeText(value, "");
  return value;
}

const invalid = (detail: string, errors: readonly FieldError[] = []): AppError =>
  new AppError("invalid_request", detail, { errors });

/** The parser's own words, without the piece of the body that it quotes. */
const reasonOf = (cause: unknown): string =>
  cause instanceof SyntaxError ? cause.message.replace(/,? *(?:\.\.\.)?".*$/s, "").slice(0, 120) : "it cannot be read";

// `[` and `{`, `]` and `}` differ in one bit.
const OPEN = 0x7b;
const CLOSE = 0x7d;
const BRACE_BIT = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Counted before parsing, so that a body of brackets never becomes a tower of objects. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if ((byte | BRACE_BIT) === OPEN && ++depth > JSON_DEPTH_MAX) return true;
    else if ((byte | BRACE_BIT) === CLOSE) depth--;
  }
  return false;
}

/**
 * NUL and lone surrogates have no place in Postgres, and `__proto__` none as a field: named here, by their path, rather
 * than failing later where nobody can say which field it was.
 */
function refuseStrangeText(value: unknown, path: string): void {
  if (typeof value === "string" && !isStorable(value)) {
    throw invalid("the body is not valid", [{ path, message: "must be well-formed text without NUL" }]);
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    if (name === "__proto__" || !isStorable(name)) {
      throw invalid("the body is not valid", [{ path: at, message: "is not a usable field name" }]);
    }
    refuseStrangeText(each, at);
  }
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\u0000");
