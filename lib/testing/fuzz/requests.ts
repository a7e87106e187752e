import fc from "fast-check";
import type { OpenapiDocument, OpenapiOperation } from "#lib/contract/openapi/index.ts";
import { damaged, damages, hostileValues, ODD_TEXTS } from "./hostile-values.ts";
import { type DescribedSchema, valuesOf } from "./schema-values.ts";

/** A call of the description, and everything that one has to know to judge its answer. */
export interface DescribedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenapiOperation;
  readonly body: DescribedSchema | null;
  readonly query: Readonly<Record<string, DescribedSchema>>;
  /** `merchant` calls need a key with this scope; null where any will do. */
  readonly auth: { readonly scope: string | null } | null;
}

export function operationsOf({ paths }: OpenapiDocument): DescribedOperation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const content = (operation.requestBody as { content?: Record<string, { schema: DescribedSchema }> } | undefined)
        ?.content;
      const [{ bearer } = {}] = (operation.security ?? []) as { bearer?: string[] }[];
      return {
        ...{ method: method.toUpperCase(), path, operation },
        body: content?.["application/json"]?.schema ?? null,
        query: Object.fromEntries(
          operation.parameters
            .filter((each) => each.in === "query")
            .map(({ name, schema }) => [name, schema as DescribedSchema]),
        ),
        auth: bearer === undefined ? null : { scope: bearer[0] ?? null },
      };
    }),
  );
}

export type FuzzCaller = "owner" | "scoped" | "other" | "unknown" | "none" | "malformed" | "signed" | "forged";

/** Which thing of the shop a path names: one that is there (the n-th of its kind, or of another), or none. */
export type WishedId =
  | { readonly kind: "own" | "other"; readonly at: number }
  | { readonly kind: "text"; readonly text: string };

export type WishedBody =
  | { readonly kind: "none" }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: readonly number[] }
  | { readonly kind: "long" };

/** What is sent, with things named by their place in the shop, so that a seed means the same in every run. */
export interface FuzzRequest {
  readonly caller: FuzzCaller;
  readonly ids: readonly WishedId[];
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly rawQuery: string | null;
  readonly body: WishedBody;
  readonly headers: Readonly<Record<string, string>>;
  /** Of the sender's network. */
  readonly from: number;
}

const ADDRESSES = 10_000;

export function requestsOf(described: DescribedOperation, document: OpenapiDocument): fc.Arbitrary<FuzzRequest> {
  const resolve = (reference: string) =>
    document.components.schemas[reference.replace("#/components/schemas/", "")] as DescribedSchema;
  return fc.record({
    caller: described.auth === null ? fc.constantFrom<FuzzCaller>("none", "none", "owner") : callers,
    ids: fc.array(wishedIds, { minLength: 2, maxLength: 2 }),
    query: queriesOf(described.query, resolve),
    rawQuery: fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: rawQueries }),
    body: bodiesOf(described, resolve),
    headers: headersOf(described),
    from: fc.nat({ max: ADDRESSES }),
  });
}

const callers = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom<FuzzCaller>("owner", "scoped", "signed") },
  { weight: 3, arbitrary: fc.constantFrom<FuzzCaller>("other", "unknown", "none", "malformed", "forged") },
);

const wishedIds: fc.Arbitrary<WishedId> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("own" as const), at: fc.nat({ max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("other" as const), at: fc.nat({ max: 200 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("text" as const),
      text: fc.oneof(
        fc.constantFrom(
          "ord_01jzk3v9x2t8q4w6y0bcdefghj",
          "ord_0",
          "x".repeat(300),
          "-",
          "~",
          "ORD_01JZK3V9X2T8Q4W6Y0BCDEFGHJ",
        ),
        fc.constantFrom(...ODD_TEXTS).map((text) => encodeURIComponent(text.toWellFormed())),
        fc.stringMatching(/^[A-Za-z0-9._~-]{1,40}$/),
      ),
    }),
  },
);

type Pair = readonly [name: string, value: string];

function queriesOf(
  schemas: DescribedOperation["query"],
  resolve: (name: string) => DescribedSchema,
): fc.Arbitrary<Pair[]> {
  const names = Object.keys(schemas);
  const unknown = fc.tuple(fc.constantFrom("unknown", "__proto__", "sort", "offset", ...ODD_TEXTS), fc.constant("1"));
  if (names.length === 0) {
    return fc.oneof(
      { weight: 12, arbitrary: fc.constant<Pair[]>([]) },
      { weight: 1, arbitrary: unknown.map((one): Pair[] => [one]) },
    );
  }
  const one = (name: string) => {
    const good = valuesOf(schemas[name] ?? {}, resolve).map(textOf);
    const bad = hostileValues(schemas[name] ?? {}).map(textOf);
    return fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad }).map((value): Pair => [name, value]);
  };
  const given = fc
    .subarray(names, { maxLength: Math.min(3, names.length) })
    .chain((some) => fc.tuple(...some.map(one)));
  return fc.oneof(
    { weight: 8, arbitrary: given },
    { weight: 1, arbitrary: fc.tuple(given, unknown).map(([known, other]) => [...known, other]) },
    { weight: 1, arbitrary: given.map((known) => [...known, ...known]) },
  );
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

const rawQueries = fc.constantFrom(
  "%",
  "%zz=1",
  "limit=%ff",
  "a=%00",
  "&&&=",
  "a=b?c=d",
  "q=%ed%a0%80",
  "limit=1;drop",
);

function bodiesOf(described: DescribedOperation, resolve: (name: string) => DescribedSchema): fc.Arbitrary<WishedBody> {
  const schema = described.body ?? { type: "object", properties: {}, additionalProperties: false };
  const good = fc.oneof(
    { weight: 2, arbitrary: fc.constant(exampleOf(described)) },
    { weight: 3, arbitrary: valuesOf(schema, resolve) },
  );
  const near = fc.tuple(good, damages(schema)).map(([value, damage]) => damaged(value, damage));
  const json = (values: fc.Arbitrary<unknown>) => values.map((value): WishedBody => ({ kind: "json", value }));
  const none = fc.constant<WishedBody>({ kind: "none" });
  if (described.method === "GET")
    return fc.oneof({ weight: 20, arbitrary: none }, { weight: 1, arbitrary: json(good) });
  return fc.oneof(
    { weight: described.body === null ? 30 : 1, arbitrary: none },
    { weight: 12, arbitrary: json(good) },
    { weight: 12, arbitrary: json(near) },
    { weight: 2, arbitrary: json(hostileValues(schema)) },
    { weight: 2, arbitrary: fc.tuple(good, fc.nat()).map(([value, at]) => brokenText(value, at)) },
    { weight: 1, arbitrary: brokenTexts },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.nat({ max: 255 }), { maxLength: 40 })
        .map((bytes): WishedBody => ({ kind: "bytes", bytes })),
    },
    { weight: 1, arbitrary: fc.constant<WishedBody>({ kind: "long" }) },
  );
}

function exampleOf({ operation }: DescribedOperation): unknown {
  const body = operation.requestBody as { content: Record<string, { example: unknown }> } | undefined;
  return body?.content["application/json"]?.example ?? {};
}

/** Cut off somewhere. */
const brokenText = (value: unknown, at: number): WishedBody => {
  const whole = JSON.stringify(value);
  return { kind: "text", text: whole.slice(0, at % whole.length) };
};

const brokenTexts = fc
  .constantFrom(
    ...[
      "{",
      "[",
      '{"a":}',
      "{'a':1}",
      '{"a":1,}',
      "NaN",
      "Infinity",
      "\ufeff{}",
      '{"a":1}{"a":2}',
      "<xml/>",
      "a=1&b=2",
    ],
    ...['{"a":"\\ud800"}', '{"\\u0000":1}', '{"__proto__":{"x":1}}', '{"\\u005f_proto__":1}', '{"amount":1e400}'],
    ...["[".repeat(200), '{"a":'.repeat(200), `"${"a".repeat(70_000)}"`, "-", '"', "\u0000", "true false"],
  )
  .map((text): WishedBody => ({ kind: "text", text }));

const CONTENT_TYPES = [
  ...["application/json", "application/json", "application/json", "application/json; charset=utf-8", ""],
  ...["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x"],
  ...[
    "application/json; charset=gbk",
    "application/xml",
    "text/html",
    "application/merge-patch+json",
    "nonsense",
    "/;",
  ],
];

/** Few of them, so that keys come again with the same request and with others. */
const ONCE_KEYS = ["k-1", "k-2", "k-3", "k-4", "", "é", "x".repeat(300), "a\tb"];

function headersOf({ method, auth, path }: DescribedOperation): fc.Arbitrary<Record<string, string>> {
  const type =
    method === "GET"
      ? fc.constant("")
      : fc.oneof({ weight: 6, arbitrary: fc.constant("application/json") }, fc.constantFrom(...CONTENT_TYPES));
  const optional = <Value>(weight: number, values: fc.Arbitrary<Value>) =>
    fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: values });
  return fc
    .record({
      "content-type": type,
      "sec-fetch-site": fc.constantFrom("same-origin", "same-origin", "same-origin", "cross-site"),
      "user-agent": fc.constantFrom(
        ...["Mozilla/5.0 (iPhone) MicroMessenger/8.0", "Mozilla/5.0 (Windows NT 10.0)", "curl/8", "Googlebot/2.1", ""],
      ),
      "idempotency-key": optional(auth === null ? 20 : 4, fc.constantFrom(...ONCE_KEYS)),
      "content-encoding": optional(40, fc.constantFrom("gzip", "identity", "br")),
      "if-none-match": optional(20, fc.constantFrom("*", '"1"', 'W/"1", x', "\u00ff")),
      accept: optional(
        path === "/mcp" ? 0 : 3,
        fc.constantFrom("application/json, text/event-stream", "text/html", "*/*"),
      ),
      cookie: optional(20, fc.constantFrom("a=b", "lingfu_shopper=x; lingfu_shopper=y", "=;=", "%00=%ff")),
      "last-event-id": optional(20, fc.constantFrom("0", "x", "-1")),
    })
    .map((headers) =>
      Object.fromEntries(
        Object.entries(headers).filter((each): each is [string, string] => Boolean(each[1]) || each[1] === ""),
      ),
    );
}
