const DEPTH_MAX = 4;
const ENTRIES_MAX = 40;
const TEXT_CHARS_MAX = 2_000;
const CAUSES_MAX = 4;

/** Names with values that never go into a log. Compared without case, dashes and underscores. */
const SECRET_NAMES =
  /^(authorization|proxyauthorization|cookie|setcookie|password|secret|token|body|rawbody|payload|openid|subopenid|payer|masterkey|apikey|apiv3key|privatekey|privatekeypem|appsecret|signature|paysign|whsec|plaintext|ciphertext|databaseurl|connectionstring)$/;

/** Secrets that have wandered into a text, by their shape. */
const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  [/\b(sk|whsec)_[A-Za-z0-9+/=_-]{8,}/g, "$1_[secret]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[private key]"],
  // Up to the last @ before the path: passwords have been seen that hold one.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/]+@/gi, "$1:[secret]@"],
  [/\b(Bearer|PAY-HMAC-SHA256|WECHATPAY2-SHA256-RSA2048)\s+\S.*/g, "$1 [secret]"],
];

/** Fields in a form that is safe and small enough to be logged. */
export function presentable(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return entriesOf(fields, DEPTH_MAX);
}

function entriesOf(thing: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(thing).slice(0, ENTRIES_MAX);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      SECRET_NAMES.test(name.toLowerCase().replaceAll(/[-_]/g, "")) && value !== null && value !== undefined
        ? "[secret]"
        : shown(value, depth - 1),
    ]),
  );
}

function shown(value: unknown, depth: number): unknown {
  if (typeof value === "string") return textOf(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Error) return errorOf(value, CAUSES_MAX);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth <= 0) return "[…]";
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((each) => shown(each, depth - 1));
  const asJson = (value as { toJSON?: unknown }).toJSON;
  return typeof asJson === "function" ? shown(asJson.call(value), depth - 1) : entriesOf(value, depth);
}

/** Only what is known to be harmless: drivers hang queries, their values and whole requests on their errors. */
function errorOf(error: Error, causesLeft: number): Record<string, unknown> {
  const { code, constraint } = error as { code?: unknown; constraint?: unknown };
  return {
    name: error.name,
    message: textOf(error.message),
    ...(typeof code === "string" || typeof code === "number" ? { code } : {}),
    ...(typeof constraint === "string" ? { constraint } : {}),
    stack: textOf(error.stack?.split("\n").slice(1, 12).join("\n") ?? ""),
    ...(error.cause === undefined || causesLeft === 0
      ? {}
      : { cause: error.cause instanceof Error ? errorOf(error.cause, causesLeft - 1) : shown(error.cause, 1) }),
  };
}

function textOf(text: string): string {
  const short = text.length > TEXT_CHARS_MAX ? `${text.slice(0, TEXT_CHARS_MAX)}…` : text;
  return SECRET_SHAPES.reduce((clean, [shape, instead]) => clean.replace(shape, instead), short);
}
