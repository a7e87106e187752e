import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import type { OpenapiDocument } from "#lib/contract/openapi/index.ts";
import type { Problem } from "#lib/contract/problem.ts";
import type { DescribedOperation } from "./requests.ts";

// Judges answers by the OpenAPI document alone, with a validator that shares no code with what made the answer or the document.

export interface SeenAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

interface DescribedAnswer {
  readonly headers?: Readonly<Record<string, { readonly schema: object; readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly schema?: object }>>;
}

/** Headers that mean something to a caller; each must be described where it is sent. */
const TELLING_HEADERS = ["location", "etag", "retry-after", "ratelimit", "ratelimit-policy", "idempotent-replayed"];

export class AnswerCheck {
  readonly #ajv: Ajv2020;
  readonly #queries: Ajv2020;
  readonly #compiled = new Map<object, ValidateFunction>();

  constructor(document: OpenapiDocument) {
    const options = { strict: false, allErrors: true, validateFormats: true };
    this.#ajv = new Ajv2020(options);
    this.#queries = new Ajv2020({ ...options, coerceTypes: true });
    for (const ajv of [this.#ajv, this.#queries]) {
      formats.default(ajv);
      ajv.addSchema({ $id: "described", components: document.components });
    }
  }

  /** Where a request's body or query leaves its schema, as paths with points; none where it does not. */
  departures(schema: object, value: unknown, from: "body" | "query" = "body"): string[] {
    const validate = this.#validator(schema, from === "body" ? this.#ajv : this.#queries);
    if (validate(structuredClone(value)) === true) return [];
    return (validate.errors ?? []).map(pathOf);
  }

  /** What is wrong with an answer; nothing where it is as described. */
  faults({ operation }: DescribedOperation, answer: SeenAnswer): string[] {
    const described = operation.responses[String(answer.status)] as DescribedAnswer | undefined;
    if (described === undefined) return [`status ${answer.status} is not described: ${answer.text.slice(0, 300)}`];
    return [...this.#headerFaults(described, answer), ...this.#bodyFaults(described, answer)];
  }

  #headerFaults({ headers = {} }: DescribedAnswer, answer: SeenAnswer): string[] {
    const byName = new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));
    const undescribed = TELLING_HEADERS.filter((name) => name in answer.headers && !byName.has(name));
    const wrong = [...byName].filter(([name, { schema, required = false }]) => {
      const value = answer.headers[name];
      return value === undefined ? required : this.departures(schema, value, "query").length > 0;
    });
    return [
      ...undescribed.map((name) => `the header ${name} is not described with ${answer.status}`),
      ...wrong.map(([name]) => `the header ${name} is ${answer.headers[name]}`),
    ];
  }

  #bodyFaults({ content }: DescribedAnswer, { status, headers, text }: SeenAnswer): string[] {
    const type = (headers["content-type"] ?? "").split(";")[0] ?? "";
    if (content === undefined) return text === "" ? [] : [`${status} has a body that is not described`];
    const described = content[type];
    if (described === undefined) return [`${status} has the type "${type}", which is not described`];
    if (described.schema === undefined) return [];
    const value = type.endsWith("json") ? parsed(text) : text;
    if (value === undefined) return [`${status} is not JSON`];
    const wrong = this.departures(described.schema, value);
    return wrong.length === 0
      ? []
      : [`${status} leaves its schema at ${[...new Set(wrong)].join(", ")}: ${text.slice(0, 500)}`];
  }

  #validator(schema: object, ajv: Ajv2020): ValidateFunction {
    const known = this.#compiled.get(schema);
    if (known !== undefined) return known;
    const made = ajv.compile(rooted(schema) as object);
    this.#compiled.set(schema, made);
    return made;
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** References of the document lead into the schema that was added for it. */
const rooted = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(rooted);
  if (typeof node !== "object" || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => [
      name,
      name === "$ref" && typeof value === "string" ? `described${value}` : rooted(value),
    ]),
  );
};

function pathOf({ instancePath, params }: ErrorObject): string {
  const added = params.additionalProperty ?? params.propertyName ?? params.missingProperty;
  const at = instancePath
    .split("/")
    .slice(1)
    .map((piece) => piece.replaceAll("~1", "/").replaceAll("~0", "~"));
  return [...at, ...(added === undefined ? [] : [String(added)])].join(".");
}

/** Whether a refusal names what left the schema, or something that it is in or that is in it. */
export function namesOneOf({ errors = [] }: Problem, departures: readonly string[]): boolean {
  // Long paths are cut off.
  const paths = errors.map(({ path }) => path.replace(/…$/, ""));
  return paths.some((path) => departures.some((at) => path.startsWith(at) || at.startsWith(path)));
}
