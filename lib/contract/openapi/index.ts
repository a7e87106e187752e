import { z } from "zod";
import { ERROR_CATALOGUE, type ErrorCode } from "../../base/app-error.ts";
import { IDEMPOTENCY_KEY_CHARS_MAX } from "../../base/limits.ts";
import { problemSchema } from "../problem.ts";
import { SCOPE_MEANINGS } from "../scope.ts";
import { WEBHOOK_TEST_EVENT } from "../webhook-delivery.ts";
import { WEBHOOK_EVENTS } from "../webhook-endpoint.ts";
import { WEBHOOK_MEANINGS, webhookPayloadSchema } from "../webhook-payload.ts";
import { epayOperations } from "./epay.ts";
import type { Operation, OperationAnswer, Operations } from "./operation.ts";
import { orderOperations } from "./orders.ts";
import { otherOperations, pageOperations } from "./pay-page.ts";
import { reportOperations } from "./reports.ts";
import { shopOperations } from "./shop.ts";
import { webhookOperations } from "./webhooks.ts";

/** Every route of the table is here; a test compares. */
const OPERATIONS: Operations = {
  ...orderOperations,
  ...shopOperations,
  ...webhookOperations,
  ...reportOperations,
  ...pageOperations,
  ...epayOperations,
  ...otherOperations,
};

type Json = Record<string, unknown>;

/** OpenAPI 3.1, made from the very schemas that check requests. */
export interface OpenapiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenapiOperation>>>>;
  /** What endpoints receive. */
  readonly webhooks: Readonly<Record<string, { readonly post: Json }>>;
  readonly components: { readonly schemas: Json; readonly securitySchemes: Json };
}

export interface OpenapiOperation extends Json {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly parameters: readonly Json[];
  readonly responses: Readonly<Record<string, Json>>;
}

const DESCRIPTION = `The merchant API of one shop's WeChat Pay checkout. Amounts are integers in fen, except \`price\`, which is yuan.

Authenticate with \`Authorization: Bearer sk_…\`, or sign each request:
\`Authorization: PAY-HMAC-SHA256 key_id="…",nonce="…",timestamp="…",signature="…"\`, where the signature is the base64 of
HMAC-SHA256 with the key's secret over \`METHOD\\nPATH_WITH_QUERY\\nTIMESTAMP\\nNONCE\\nBODY\\n\`. The timestamp may be off by
300 seconds; a nonce works once. A key has scopes (the roles of each call's security), may have an end and a list of addresses.
The secret before a rotation works beside the new one during the overlap.

| scope | allows to |
|---|---|
${Object.entries(SCOPE_MEANINGS)
  .map(([scope, meaning]) => `| \`${scope}\` | ${meaning} |`)
  .join("\n")}

A key without scopes may do everything. Writing includes reading.

What is here stays: a call, a field of an answer, a code and a webhook's type keep their meaning within \`/api/v1\`. Fields, calls, codes
and values of lists are added without notice, so ignore what you do not know. What is to end is marked \`deprecated\` here and in the
changelog, answers with \`Deprecation\` (RFC 9745) and \`Sunset\` (RFC 8594), and works for at least twelve months from then on.

What the merchant API does not know it refuses: an unknown field of a body and an unknown parameter of a query are \`invalid_request\`,
named in \`errors\`. Calls without a key ignore parameters that they do not have, because browsers and WeChat add some.

Every answer tells what is left of the key's calls (\`RateLimit\`). After 429 and 503 wait for \`Retry-After\`; after any 5xx and without an
answer, repeat the call with the same \`Idempotency-Key\`.`;

/** @param publicUrl where this deployment is reached, without a slash at the end */
export function openapiDocument(publicUrl: string, version = "0.1.0"): OpenapiDocument {
  const schemas: Json = {};
  const paths = Object.entries(OPERATIONS).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries(operations).map(([method, operation]) => [
        method,
        describe(path, { ...operation, errors: errorsOf(method, operation) }, schemas),
      ]),
    ),
  ]);
  return {
    openapi: "3.1.1",
    info: { title: "灵付 Lingfu", version, description: DESCRIPTION },
    servers: [{ url: publicUrl }],
    paths: Object.fromEntries(paths),
    webhooks: webhooksOf(schemas),
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An API key: `sk_…`" },
        signature: { type: "apiKey", in: "header", name: "Authorization", description: "PAY-HMAC-SHA256 …" },
        metricsToken: { type: "http", scheme: "bearer", description: "`METRICS_TOKEN`" },
      },
    },
  };
}

function describe(path: string, operation: Operation, schemas: Json): OpenapiOperation {
  const { body } = operation;
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    ...(operation.description === undefined ? {} : { description: operation.description }),
    ...securityOf(operation),
    parameters: [...pathParameters(path), ...headerParameters(operation), ...queryParameters(operation)],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required,
            content: {
              "application/json": { schema: schemaOf(body.schema, "input", schemas), example: body.example },
            },
          },
        }),
    responses: responsesOf(operation, schemas),
  };
}

/** What a call may be refused with besides what it says itself. WeChat's door answers in WeChat's words. */
function errorsOf(method: string, { tag, auth, body, errors }: Operation): ErrorCode[] {
  if (tag === "WeChat" && body === undefined) return [...errors];
  const ofBodies: ErrorCode[] = ["invalid_request", "payload_too_large", "unsupported_media_type"];
  const ofAll: ErrorCode[] =
    auth === "merchant"
      ? ["invalid_request", "unauthenticated", "forbidden", "rate_limited", "unavailable", "internal"]
      : [];
  const ofPage: ErrorCode[] = tag === "Pay page" ? ["rate_limited", "unavailable", "internal"] : [];
  const takesBody = method === "post" || method === "patch";
  // A DELETE needs no body, but a signature covers one, and no call takes a compressed one.
  const ofDelete: ErrorCode[] = method === "delete" ? ["payload_too_large", "unsupported_media_type"] : [];
  return [...new Set([...errors, ...(takesBody ? ofBodies : ofDelete), ...ofAll, ...ofPage])];
}

const securityOf = ({ auth, scope }: Operation): Json => {
  // For other than OAuth these are roles (OpenAPI 3.1, Security Requirement Object).
  const roles = scope === undefined ? [] : [scope];
  if (auth === "merchant") return { security: [{ bearer: roles }, { signature: roles }] };
  return auth === "metrics" ? { security: [{ metricsToken: [] }] } : { security: [] };
};

const pathParameters = (path: string): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

const headerParameters = ({ once }: Operation): Json[] =>
  once === true
    ? [
        {
          name: "Idempotency-Key",
          in: "header",
          required: false,
          description: "The same key and body give the first answer again, with `Idempotent-Replayed: true`",
          schema: { type: "string", minLength: 1, maxLength: IDEMPOTENCY_KEY_CHARS_MAX },
        },
      ]
    : [];

function queryParameters({ query }: Operation): Json[] {
  if (query === undefined) return [];
  const { properties = {} } = z.toJSONSchema(query, { io: "input" });
  return Object.entries(properties).map(([name, schema]) => ({ name, in: "query", required: false, schema }));
}

function responsesOf(operation: Operation, schemas: Json): Record<string, Json> {
  const responses: Record<string, Json> = {};
  for (const answer of operation.answers) responses[answer.status] = answerOf(answer, operation, schemas);
  const problem = schemaOf(problemSchema, "output", schemas);
  for (const [status, codes] of byStatus(operation.errors)) {
    // Some calls refuse with the same status in a form of their own as well.
    const own = responses[status];
    const told = codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}`);
    responses[status] = {
      description: [...(own === undefined ? [] : [own.description]), ...told].join("; "),
      content: {
        ...(own?.content as Json | undefined),
        "application/problem+json": { schema: problem, examples: examplesOf(codes) },
      },
      headers: {
        "X-Request-Id": REQUEST_ID,
        ...(codes.some((code) => ERROR_CATALOGUE[code].retry) ? { "Retry-After": RETRY_AFTER } : {}),
        ...limitHeaders(operation),
      },
    };
  }
  return responses;
}

const ANSWER_HEADERS = {
  Location: {
    description: "Where to go on, or the address of what was made; not on a repeated answer",
    schema: { type: "string" },
  },
  ETag: { description: "Names this state; send it back as `If-None-Match`", schema: { type: "string" } },
  "Retry-After": { description: "Seconds", schema: { type: "integer" } },
};
const RETRY_AFTER = ANSWER_HEADERS["Retry-After"];
const REPLAYED = { description: "`true` on a repeated answer", schema: { type: "string" } };
const RATE_LIMIT = {
  description: 'What is left of the key\'s calls, and the seconds until all are there again: `"key";r=119999;t=58`',
  schema: { type: "string" },
};
const RATE_LIMIT_POLICY = {
  description: 'Calls of a key in so many seconds, per web process: `"key";q=120000;w=60`',
  schema: { type: "string" },
};
const REQUEST_ID = { description: "What the log knows this call by", schema: { type: "string" } };

/** The merchant API counts the calls of each key. */
const limitHeaders = ({ auth }: Operation): Json =>
  auth === "merchant" ? { RateLimit: RATE_LIMIT, "RateLimit-Policy": RATE_LIMIT_POLICY } : {};

function answerOf(
  { description, schema, type, orAs, headers: own = [] }: OperationAnswer,
  operation: Operation,
  schemas: Json,
): Json {
  const mediaType = type ?? "application/json";
  const content =
    schema === undefined && type === undefined
      ? {}
      : {
          content: {
            [mediaType]: schema === undefined ? {} : { schema: schemaOf(schema, "output", schemas) },
            ...(orAs === undefined ? {} : { [orAs]: { schema: { type: "string" } } }),
          },
        };
  const headers = {
    "X-Request-Id": REQUEST_ID,
    ...Object.fromEntries(own.map((name) => [name, { ...ANSWER_HEADERS[name], required: operation.once !== true }])),
    ...(operation.once === true ? { "Idempotent-Replayed": REPLAYED } : {}),
    ...limitHeaders(operation),
  };
  return { description, headers, ...content };
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const grouped = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = ERROR_CATALOGUE[code];
    grouped.set(status, [...(grouped.get(status) ?? []), code]);
  }
  return grouped;
}

/** One for each code that the status may carry. */
const examplesOf = (codes: readonly ErrorCode[]): Json =>
  Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code) }]));

const exampleOf = (code: ErrorCode): Json => {
  const { status, title } = ERROR_CATALOGUE[code];
  const errors = code === "invalid_request" ? { errors: [{ path: "items.0.price", message: "is missing" }] } : {};
  const said = { type: `/docs#${code}`, title, status, code, detail: title, ...errors };
  return { ...said, requestId: "req_01jzk3v9x2t8q4w6y0bcdefghj" };
};

const WEBHOOK_HEADERS: Readonly<Record<string, string>> = {
  "webhook-id": "The event's id; the same for every try",
  "webhook-timestamp": "Seconds since 1970; of this try",
  "webhook-signature": "`v1,` and base64, one for each secret, separated by spaces (Standard Webhooks)",
};
const WEBHOOK_ANSWERS: Readonly<Record<string, Json>> = {
  "2XX": { description: "Accepted; the event is not sent again" },
  "410": { description: "The endpoint wants nothing more and is disabled" },
  "429": { description: "Sent again after `Retry-After`, at most an hour; so is 503" },
  default: { description: "Anything else, and no answer within 10 s: the event is sent again" },
};

const SENT_EVENTS = [...WEBHOOK_EVENTS, WEBHOOK_TEST_EVENT] as const;

/** Each event as its endpoint receives it. */
const webhooksOf = (schemas: Json) =>
  Object.fromEntries(
    SENT_EVENTS.map((type) => [
      type,
      {
        post: {
          operationId: `on.${type}`,
          tags: ["Webhooks"],
          summary: `Receive ${type}`,
          description: WEBHOOK_MEANINGS[type],
          security: [],
          parameters: Object.entries(WEBHOOK_HEADERS).map(([name, description]) => ({
            ...{ name, in: "header", required: true, description, schema: { type: "string" } },
          })),
          requestBody: {
            required: true,
            content: { "application/json": { schema: schemaOf(webhookPayloadSchema(type), "output", schemas) } },
          },
          responses: WEBHOOK_ANSWERS,
        },
      },
    ]),
  );

/** The JSON schema, with everything that has a name moved to the components. */
function schemaOf(schema: z.ZodType, io: "input" | "output", schemas: Json): Json {
  // A transform has no schema of its own; what goes in is described.
  const { $schema, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  for (const [name, named] of Object.entries($defs ?? {})) schemas[name] = pointed(named);
  return pointed(root) as Json;
}

/** zod points into the document's own `$defs`; ours live in the components. */
function pointed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(pointed);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      name === "$ref" && typeof value === "string"
        ? value.replace("#/$defs/", "#/components/schemas/")
        : pointed(value),
    ]),
  );
}
