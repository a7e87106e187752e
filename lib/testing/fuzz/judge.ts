import type { OpenapiDocument } from "#lib/contract/openapi/index.ts";
import type { Problem } from "#lib/contract/problem.ts";
import { matchRoute } from "#lib/http/routes.ts";
import { AnswerCheck, namesOneOf } from "./answer-check.ts";
import type { FuzzedShop, SentCall } from "./fuzzed-shop.ts";
import type { DescribedOperation, FuzzRequest } from "./requests.ts";

/** Written by calls that are refused as well: who called, what a key or a signature was used for, and what was asked before. */
const NOTED_BY_REFUSALS = new Set(["nonces", "idempotency", "audit_repeats", "notify_rejections"]);

/** Judges a call by what the description and common sense say of it, not by what the code does. */
export class Judge {
  readonly #check: AnswerCheck;
  readonly #shop: FuzzedShop;
  /** First answers under an idempotency key. */
  readonly #firstAnswers = new Map<string, { readonly asked: string; readonly text: string }>();

  constructor(document: OpenapiDocument, shop: FuzzedShop) {
    this.#check = new AnswerCheck(document);
    this.#shop = shop;
  }

  /** @returns what is wrong; nothing where all is well */
  faults(described: DescribedOperation, request: FuzzRequest, sent: SentCall): string[] {
    const { status } = sent.answer;
    const isFound = matchRoute(sent.target.split("?", 1)[0] ?? "") !== null;
    return [
      ...(status === 500 ? [`500: ${sent.answer.text}`] : []),
      ...(isFound ? this.#check.faults(described, sent.answer) : status === 404 ? [] : [`${status} at no address`]),
      ...("x-request-id" in sent.answer.headers ? [] : ["there is no x-request-id"]),
      ...(isFound ? doorFaults(described, request, status) : []),
      ...this.#refusalFaults(sent),
      ...(isFound ? this.#inputFaults(described, sent) : []),
      ...this.#leaks(described, request, sent),
      ...this.#repeatFaults(described, request, sent),
    ];
  }

  #refusalFaults({ answer: { status, text }, written }: SentCall): string[] {
    if (status < 400) return [];
    // A payment code that was declined is an attempt that failed.
    const changed = status === 402 ? [] : written.filter((table) => !NOTED_BY_REFUSALS.has(table));
    return changed.length === 0
      ? []
      : [`refused with ${status}, and wrote to ${changed.join(", ")}: ${text.slice(0, 200)}`];
  }

  /** What leaves the schema of a request is refused, by name. */
  #inputFaults(described: DescribedOperation, { target, headers, body, answer }: SentCall): string[] {
    const { status, text } = answer;
    const inQuery = described.auth === null ? [] : this.#queryDepartures(described, target);
    const value = readJson(body, headers["content-type"]);
    const inBody = described.body === null || value === undefined ? [] : this.#check.departures(described.body, value);
    const wrong = [...inQuery, ...inBody];
    if (wrong.length > 0 && status < 400) return [`took what leaves the schema at ${[...new Set(wrong)].join(", ")}`];
    const mayNameFields = described.body !== null || Object.keys(described.query).length > 0;
    if (
      status !== 400 ||
      described.path === "/mcp" ||
      !mayNameFields ||
      !answer.headers["content-type"]?.includes("problem+json")
    )
      return [];
    const problem = JSON.parse(text) as Problem;
    const isWhole = /^the (?:body|form)\b/.test(problem.detail) && !/is not valid$/.test(problem.detail);
    if ((problem.errors ?? []).length === 0 && !isWhole) return [`400 names no field: ${text}`];
    const isOfText = (problem.errors ?? []).some(({ message }) =>
      /well-formed|usable field name|more than once/.test(message),
    );
    if (isWhole || isOfText || wrong.length === 0 || namesOneOf(problem, wrong)) return [];
    return [`400 names another field than ${[...new Set(wrong)].join(", ")}: ${text}`];
  }

  #queryDepartures({ query }: DescribedOperation, target: string): string[] {
    const given = [...new URLSearchParams(target.split("?").slice(1).join("?"))];
    const names = given.map(([name]) => name);
    const schema = { type: "object", properties: query, additionalProperties: false };
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    return [...twice, ...this.#check.departures(schema, Object.fromEntries(given), "query")];
  }

  /** Texts of the shop's orders name their order; none may be where it does not belong. */
  #leaks(
    { path, auth }: DescribedOperation,
    { caller }: FuzzRequest,
    { ids, target, body, answer }: SentCall,
  ): string[] {
    const sent = `${target} ${body === null ? "" : Buffer.from(body).toString("utf8")}`;
    const found = [...answer.text.matchAll(/canary(\d+)[dmsn]/g)].filter(([word]) => !sent.includes(word));
    const own = ids.map((id) => this.#shop.numbers.get(id)).filter((number) => number !== undefined);
    const isOfOne = /\{(?:orderId|refundId|shopperId)\}/.test(path);
    const foreign = found.filter(([, number]) => isOfOne && !own.includes(Number(number)));
    const told =
      answer.status >= 400 || (auth !== null && (caller === "none" || caller === "unknown")) ? found : foreign;
    const isPublic = auth === null;
    const secret = isPublic ? found.filter(([word]) => /[ms]$/.test(word)) : [];
    return [...new Set([...told, ...secret].map(([word]) => word))].map(
      (word) => `shows ${word} with ${answer.status}`,
    );
  }

  /** A key's first answer comes again for the same call of the same key, and for nothing else. */
  #repeatFaults(
    described: DescribedOperation,
    { caller }: FuzzRequest,
    { target, headers, body, answer }: SentCall,
  ): string[] {
    const key = headers["idempotency-key"];
    if (key === undefined || answer.status >= 300 || answer.status === 202) return [];
    const who = caller === "signed" ? "owner" : caller === "scoped" ? described.auth?.scope : caller;
    const asked = `${described.method} ${target.split("?")[0]} ${Buffer.from(body ?? []).toString("base64")}`;
    const first = this.#firstAnswers.get(`${who}|${key}`);
    const isRepeat = answer.headers["idempotent-replayed"] === "true";
    if (!isRepeat) {
      if ("idempotent-replayed" in described.operation) return [];
      if (first?.asked === asked && takesKeys(described)) return [`carried out again under the key ${key}`];
      if (takesKeys(described)) this.#firstAnswers.set(`${who}|${key}`, { asked, text: answer.text });
      return [];
    }
    if (first === undefined || first.asked !== asked)
      return [`repeated an answer that this caller never had under ${key}`];
    return first.text === answer.text ? [] : [`repeated another answer under ${key}`];
  }
}

const takesKeys = ({ operation }: DescribedOperation): boolean =>
  operation.parameters.some(({ name }) => name === "Idempotency-Key");

/** Who is not let in, whatever else is wrong. */
function doorFaults({ auth, method }: DescribedOperation, { caller, headers }: FuzzRequest, status: number): string[] {
  if (auth === null) return [];
  const encoding = headers["content-encoding"];
  if (status === 415 && method !== "GET" && encoding !== undefined && encoding !== "identity") return [];
  const strangers = ["unknown", "none", "malformed", "forged"];
  if (strangers.includes(caller))
    return status === 401 || (status === 413 && caller === "forged") ? [] : [`${caller} got ${status}, not 401`];
  if (caller === "other" && auth.scope !== null && status !== 403)
    return [`a key without the scope got ${status}, not 403`];
  return status === 401 ? [`${caller} got 401`] : [];
}

/** As a reader that knows nothing of ours would take it; undefined where it is no JSON. */
function readJson(body: Uint8Array | null, type: string | undefined): unknown {
  if (body === null || (type !== undefined && type !== "" && !/^application\/(?:[\w.-]+\+)?json/.test(type)))
    return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
