import { AppError, isAppError } from "#lib/base/app-error.ts";
import { isEncoded } from "./content-encoding.ts";
import { readStream } from "./read-bytes.ts";

// The only reader of forms outside server actions: no body is held that is longer than its door allows.

const FORM_TYPES = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * The fields of a plain form; without a body, none.
 * @throws AppError `payload_too_large`; `unsupported_media_type`; `invalid_request` for what is no form
 */
export async function readForm(request: Request, bytesMax: number): Promise<FormData> {
  const { headers, body } = request;
  if (isEncoded(headers.get("content-encoding"))) {
    throw new AppError("unsupported_media_type", "the body must come as it is, without Content-Encoding");
  }
  const bytes = await readStream(body, { bytesMax, declared: headers.get("content-length") });
  if (bytes === null) throw new AppError("payload_too_large", `the form is longer than ${bytesMax} bytes`);
  const type = headers.get("content-type") ?? "";
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

/** A form that was not read is refused in a sentence, since no page sends such a one. @throws everything else */
function refusedForm(cause: unknown): Response {
  const status = isAppError(cause) ? STATUSES[cause.code] : undefined;
  if (status === undefined || !isAppError(cause)) throw cause;
  return new Response(`${status}: ${cause.detail}\n`, { status, headers: PLAIN });
}

/** Reads the form and goes on with it, or refuses it. */
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
