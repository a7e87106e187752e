import type { z } from "zod";
import { AppError, type FieldError, isAppError } from "#lib/base/app-error.ts";
import { JSON_DEPTH_MAX } from "#lib/base/limits.ts";
import { fieldErrors } from "#lib/contract/field-errors.ts";
import type { Call } from "./call.ts";

/**
 * A web stream as bytes, or null as soon as it is longer than `bytesMax`; the rest is then not read.
 * @param declared the Content-Length header; a body that it declares too long is not read
 */
export async function readStream(
  body: ReadableStream<Uint8Array> | null,
  { bytesMax, declared }: { bytesMax: number; declared: string | null },
): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array(0);
  if (Number(declared) > bytesMax) {
    await body.cancel();
    return null;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    length += value.length;
    if (length > bytesMax) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true });
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-?8"?\s*)?$/i;
/** Only texts that match have each of their strings checked. */
const SUSPECT = /__proto__|\\u(?:0000|005f|d[89a-f])/i;

/**
 * The body, checked strictly: UTF-8, JSON, valid for the schema. An empty body counts as `{}`.
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
  if (SUSPECT.test(text)) refuseUnstorableText(value, "");
  return value;
}

const invalid = (detail: string, errors: readonly FieldError[] = []): AppError =>
  new AppError("invalid_request", detail, { errors });

/** The parser's message, without the part of the body that it quotes. */
const reasonOf = (cause: unknown): string =>
  cause instanceof SyntaxError ? cause.message.replace(/,? *(?:\.\.\.)?".*$/s, "").slice(0, 120) : "it cannot be read";

// `[` and `{`, `]` and `}` differ in one bit.
const OPEN = 0x7b;
const CLOSE = 0x7d;
const BRACE_BIT = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Checked before parsing, so that deeply nested brackets never become objects. */
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
 * Postgres cannot store NUL and lone surrogates, and `__proto__` is not a safe field name. They are refused here by their path;
 * later the field would be unknown.
 */
function refuseUnstorableText(value: unknown, path: string): void {
  if (typeof value === "string" && !isStorable(value)) {
    throw invalid("the body is not valid", [{ path, message: "must be well-formed text without NUL" }]);
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    const at = path === "" ? name : `${path}.${name}`;
    if (name === "__proto__" || !isStorable(name)) {
      throw invalid("the body is not valid", [{ path: at, message: "is not a usable field name" }]);
    }
    refuseUnstorableText(each, at);
  }
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\u0000");

const CONTROL = /\p{Cc}/u;

/** The query, checked strictly: each parameter once, known and well-formed. @throws AppError `invalid_request` */
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

// The only reader of forms outside server actions; it keeps no body longer than the page allows.

const FORM_TYPES = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * The fields of a plain form; none without a body.
 * @throws AppError `payload_too_large`; `unsupported_media_type`; `invalid_request` if it is not a form
 */
async function readForm(request: Request, bytesMax: number): Promise<FormData> {
  const { headers, body } = request;
  if (isEncoded(headers.get("content-encoding"))) {
    throw new AppError("unsupported_media_type", "the body must come as it is, without Content-Encoding");
  }
  const bytes = await readStream(body, { bytesMax, declared: headers.get("content-length") });
  if (bytes === null) throw new AppError("payload_too_large", `the form is longer than ${bytesMax} bytes`);
  return formOf(bytes, headers.get("content-type") ?? "");
}

/** The fields of a form that was read; none of nothing. @throws AppError `invalid_request` if it is not a form */
export async function formOf(bytes: Uint8Array, type: string): Promise<FormData> {
  if (bytes.length === 0 && type === "") return new FormData();
  if (!FORM_TYPES.test(type)) throw new AppError("invalid_request", "the body must be a form");
  try {
    return await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  } catch (cause) {
    throw new AppError("invalid_request", "the form is not well-formed", { cause });
  }
}

const PLAIN = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
const STATUSES: Readonly<Record<string, number>> = {
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid_request: 400,
};

/** Refuses an unreadable form in one sentence, since no page of ours sends one. @throws any other error */
function refusedForm(cause: unknown): Response {
  const status = isAppError(cause) ? STATUSES[cause.code] : undefined;
  if (status === undefined || !isAppError(cause)) throw cause;
  return new Response(`${status}: ${cause.detail}\n`, { status, headers: PLAIN });
}

/** Reads the form and passes it to `goOn`, or refuses it. */
export async function withForm(
  request: Request,
  bytesMax: number,
  goOn: (form: FormData) => Promise<Response>,
): Promise<Response> {
  let form: FormData;
  try {
    form = await readForm(request, bytesMax);
  } catch (cause) {
    return refusedForm(cause);
  }
  return goOn(form);
}

/** Whether a body is compressed. We accept none: signatures and limits apply to the bytes as sent. */
export const isEncoded = (contentEncoding: string | null | undefined): boolean =>
  contentEncoding !== null && contentEncoding !== undefined && !/^\s*(?:identity)?\s*$/i.test(contentEncoding);
