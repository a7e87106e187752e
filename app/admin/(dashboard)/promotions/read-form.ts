import { fenFromTyped } from "#lib/base/fen.ts";
import { readHours, splitList } from "#lib/base/week-hours.ts";
import { type PromotionPatch, type PromotionRequest, promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type Promotion, promotionSchema } from "#lib/contract/promotions.ts";
import { SCENES } from "#lib/contract/scene.ts";
import type { PromotionsText } from "#lib/texts/admin.ts";
import { readWholeNumber } from "../../form-numbers.ts";
import { CHANNELS, type FormValues, type PromotionType, TIER_ROWS_MAX, WEEKDAYS } from "./form-values.ts";

export type FieldProblem = keyof PromotionsText["problems"];
export interface FormProblem {
  readonly field: string;
  readonly problem: FieldProblem;
}

export interface ValidPromotion {
  readonly request: PromotionRequest;
  readonly rule: Promotion;
}
type ReadPromotion = ValidPromotion | { readonly problems: readonly FormProblem[] };

/** The form as the API's request: amounts in yuan become fen, percents basis points, and each problem names its field. */
export function readPromotionForm(type: PromotionType, values: FormValues): ReadPromotion {
  const read = new FieldReader(values);
  const given = compact({ type, ...termsOf(type, read), ...conditionsOf(read) });
  if (read.problems.length > 0) return { problems: read.problems };
  const request = promotionRequestSchema.safeParse(given);
  const { budget: _, limitTotal: __, ...plain } = given;
  const rule = promotionSchema.safeParse({ ...plain, id: "draft", version: 1 });
  const issues = [request, rule].flatMap(({ error }) => error?.issues ?? []);
  if (!request.success || !rule.success) return { problems: issues.map(({ path }) => problemAt(path, values)) };
  return { request: request.data, rule: rule.data };
}

/** What a changed form changes: a field that is empty now is removed. */
export function patchOf(request: PromotionRequest, version: number): PromotionPatch {
  const { id: _id, version: _version, ...fields } = request;
  return { ...Object.fromEntries(CHANGEABLE.map((name) => [name, null])), ...fields, version };
}

const CHANGEABLE = [
  ...[
    "name",
    "threshold",
    "thresholdBase",
    "cap",
    "group",
    "exclusive",
    "limitPerUser",
    "window",
    "audience",
    "code",
    "needsCode",
  ],
  ...["optional", "returnUse", "scope", "every", "maxTimes", "budget", "limitTotal"],
];

/** What the promotion gives. */
function termsOf(type: PromotionType, read: FieldReader): Record<string, unknown> {
  const times = { maxTimes: read.whole("maxTimes") };
  switch (type) {
    case "amount_off":
      return { phase: read.phase(), off: read.money("off", true), every: read.flag("every"), ...times };
    case "tiered_off":
      return { phase: read.phase(), tiers: read.tiers() };
    case "percent_off":
      return { phase: read.phase(), payBps: read.percent("percent") };
    case "random_off":
      return { phase: "channel", min: read.money("min", true), max: read.money("max", true) };
    case "nth_discount":
      return { phase: "item", n: read.whole("n", true), payBps: read.percent("percent"), ...times };
    case "buy_get":
      return { phase: "item", buy: read.whole("buy", true), get: read.whole("get", true), ...times };
    case "bundle_price":
      return { phase: "item", n: read.whole("n", true), price: read.money("price", true), ...times };
    case "gift":
      return { phase: "item", gift: { sku: read.text("giftSku", true), qty: read.whole("giftQty", true) } };
  }
}

/** When, on what, for whom, and how much of it. */
function conditionsOf(read: FieldReader): Record<string, unknown> {
  const customers = read.text("customers");
  return {
    name: read.text("name"),
    priority: read.whole("priority") ?? 0,
    threshold: compact({ amount: read.money("minAmount"), qty: read.whole("minQty") }),
    thresholdBase: read.text("base") === "original" ? "original" : undefined,
    cap: read.money("cap"),
    group: read.text("group"),
    exclusive: read.flag("exclusive"),
    limitPerUser: read.whole("limitPerUser"),
    window: compact({
      start: read.moment("start"),
      end: read.moment("end"),
      days: read.chosen("day", WEEKDAYS),
      hours: read.hours(),
    }),
    scope: compact({
      skus: read.list("skus"),
      categories: read.list("categories"),
      excludeSkus: read.list("excludeSkus"),
      excludeCategories: read.list("excludeCategories"),
    }),
    audience: compact({
      newCustomer: customers === "new" ? true : customers === "old" ? false : undefined,
      channels: read.chosen("channel_", CHANNELS),
      scenes: read.chosen("scene_", SCENES),
      segments: read.list("segments"),
    }),
    ...codesOf(read),
    optional: read.flag("optional"),
    returnUse: read.flag("returnUse"),
    budget: read.money("budget"),
    limitTotal: read.whole("limitTotal"),
  };
}

/** One word for everybody, or a list of codes. */
function codesOf(read: FieldReader): { code: string | undefined; needsCode: true | undefined } {
  const [code, needsCode] = [read.text("code"), read.flag("needsCode")];
  if (code !== undefined && needsCode === true) read.wrong("code", "oneOrList");
  return { code, needsCode };
}

/** Without what is not given; an object without anything is not given. */
function compact(fields: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.entries(fields).filter(
    ([, value]) => value !== undefined && !(isPlain(value) && Object.keys(value).length === 0),
  );
  return Object.fromEntries(kept);
}

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads fields of the form and collects what is wrong with them. */
export class FieldReader {
  readonly problems: FormProblem[] = [];
  readonly #values: FormValues;

  constructor(values: FormValues) {
    this.#values = values;
  }

  text(field: string, isRequired = false): string | undefined {
    const typed = this.#typed(field);
    if (typed === "" && isRequired) this.wrong(field, "required");
    return typed === "" ? undefined : typed;
  }

  flag(field: string): true | undefined {
    return this.#typed(field) === "on" ? true : undefined;
  }

  money(field: string, isRequired = false, max = Number.POSITIVE_INFINITY): number | undefined {
    return this.#upTo(field, max, this.#parsed(field, { isRequired, problem: "amount", parse: fenFromTyped }));
  }

  whole(field: string, isRequired = false, max = Number.POSITIVE_INFINITY): number | undefined {
    return this.#upTo(field, max, this.#parsed(field, { isRequired, problem: "whole", parse: readWholeNumber }));
  }

  /** Basis points of `85` or `85.5`. */
  percent(field: string): number | undefined {
    return this.#parsed(field, { isRequired: true, problem: "percent", parse: readPercent });
  }

  /** What a `datetime-local` field sends is a time in Beijing. */
  moment(field: string): string | undefined {
    return this.#parsed(field, { isRequired: false, problem: "moment", parse: readMoment });
  }

  hours(): [string, string][] | undefined {
    return this.#parsed("hours", { isRequired: false, problem: "hours", parse: readHours });
  }

  list(field: string): string[] | undefined {
    const parts = splitList(this.#typed(field));
    return parts.length === 0 ? undefined : parts;
  }

  /** The boxes that are ticked. */
  chosen<Value extends string | number>(prefix: string, of: readonly Value[]): Value[] | undefined {
    const ticked = of.filter((each) => this.#typed(`${prefix}${each}`) === "on");
    return ticked.length === 0 ? undefined : ticked;
  }

  phase(): string {
    return this.#typed("phase") || "order";
  }

  tiers(): { threshold: number | undefined; off: number | undefined }[] {
    const rows = Array.from({ length: TIER_ROWS_MAX }, (_, at) => at + 1).filter(
      (row) => this.#typed(`tierAmount${row}`) !== "" || this.#typed(`tierOff${row}`) !== "",
    );
    if (rows.length === 0) this.wrong("tierAmount1", "required");
    return rows.map((row) => ({
      threshold: this.money(`tierAmount${row}`, true),
      off: this.money(`tierOff${row}`, true),
    }));
  }

  #typed(field: string): string {
    return (this.#values[field] ?? "").trim();
  }

  #upTo(field: string, max: number, value: number | undefined): number | undefined {
    return value !== undefined && value > max ? this.wrong(field, "range") : value;
  }

  wrong(field: string, problem: FieldProblem): undefined {
    this.problems.push({ field, problem });
  }

  #parsed<Value>(field: string, { isRequired, problem, parse }: Parsing<Value>): Value | undefined {
    const typed = this.text(field, isRequired);
    if (typed === undefined) return undefined;
    return parse(typed) ?? this.wrong(field, problem);
  }
}

interface Parsing<Value> {
  readonly isRequired: boolean;
  readonly problem: FieldProblem;
  readonly parse: (typed: string) => Value | null;
}

/** Two decimals of a percent are basis points, as two decimals of a yuan are fen. */
const readPercent = (typed: string): number | null => {
  const bps = fenFromTyped(typed.replace(/\s*[%％]$/, ""));
  return bps === null || bps > 9_999 ? null : bps;
};

function readMoment(typed: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/.test(typed)) return null;
  const moment = `${typed.slice(0, 16)}:00+08:00`;
  return Number.isNaN(Date.parse(moment)) ? null : moment;
}

/** Where the rule of the contract and the form name the same thing differently. */
const FIELD_AT: Readonly<Record<string, string>> = {
  "threshold.amount": "minAmount",
  "threshold.qty": "minQty",
  thresholdBase: "base",
  payBps: "percent",
  "gift.sku": "giftSku",
  "gift.qty": "giftQty",
  "window.start": "start",
  "window.end": "end",
  "window.hours": "hours",
  "window.days": "day1",
  window: "end",
  "scope.skus": "skus",
  "scope.categories": "categories",
  "scope.excludeSkus": "excludeSkus",
  "scope.excludeCategories": "excludeCategories",
  "audience.segments": "segments",
};

function problemAt(path: readonly PropertyKey[], values: FormValues): FormProblem {
  const [first, second, third] = path.map(String);
  if (first === "tiers") {
    const row = Number(second ?? 0) + 1;
    return { field: third === "off" ? `tierOff${row}` : `tierAmount${row}`, problem: "range" };
  }
  const field = FIELD_AT[`${first}.${second}`] ?? FIELD_AT[String(first)] ?? String(first);
  if (field === "end" && values.start !== "" && values.end !== "") return { field, problem: "endBeforeStart" };
  if (field === "max") return { field, problem: "minAboveMax" };
  if (field === "minAmount" && (values.minAmount ?? "") === "") return { field, problem: "everyNeedsAmount" };
  if (field === "hours") return { field, problem: "hours" };
  return { field, problem: "range" };
}
