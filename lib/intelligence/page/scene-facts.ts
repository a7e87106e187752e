import { type Language, textsIn } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { FactName } from "#lib/texts/zh-CN/page.ts";
import type { Scene } from "../scene/index.ts";
import type { PageFact, PageOrder } from "./page-types.ts";

const VALUE_CHARS_MAX = 64;

interface FactRule {
  /** What shops call it in an order's metadata. */
  readonly keys: readonly string[];
  readonly name: FactName;
  readonly as?: "minutes" | "last4";
}

const rule = (keys: readonly string[], name: FactName, as?: FactRule["as"]): FactRule => ({
  keys,
  name,
  ...(as === undefined ? {} : { as }),
});

const RULES: Partial<Record<Scene, readonly FactRule[]>> = {
  dining: [
    rule(["table", "tableNo", "tableNumber", "table_number", "桌号"], "table"),
    rule(["guests", "人数"], "guests"),
  ],
  takeaway: [rule(["pickupNo", "取餐号"], "pickup")],
  parking: [
    rule(["plate", "plateNumber", "plate_number", "车牌", "车牌号"], "plate"),
    rule(["durationMinutes", "minutes", "停车时长"], "parkedFor", "minutes"),
    rule(["enteredAt", "入场时间"], "entered"),
  ],
  utilities: [
    rule(["billPeriod", "period", "账期"], "period"),
    rule(["householdNo", "accountNo", "meterNo", "户号"], "household", "last4"),
  ],
  transport: [rule(["route", "线路"], "route")],
  travel: [rule(["visitDate", "date", "日期"], "date"), rule(["seat", "座位"], "seat")],
  education: [rule(["school", "schoolName", "学校"], "school")],
  membership: [rule(["level", "会员等级"], "level"), rule(["validUntil", "有效期"], "validUntil")],
  topup: [rule(["account", "phone", "充值账号"], "topupAccount", "last4")],
  vending: [rule(["machineId", "machine_id", "机器号"], "machine")],
  donation: [rule(["project", "项目"], "project")],
  b2b: [rule(["invoiceTitle", "invoice_title", "发票抬头"], "invoice")],
};

function durationText(minutes: number, language: Language): string {
  const text = textsIn(language).page;
  const hours = Math.floor(minutes / 60);
  return fill(hours > 0 ? text.hours : text.minutes, { hours, minutes: Math.floor(minutes % 60) });
}

function valueText(value: unknown, { as }: FactRule, language: Language): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  if (as === "minutes") {
    const minutes = Number(value);
    return Number.isFinite(minutes) && minutes >= 0 ? durationText(minutes, language) : null;
  }
  const text = String(value).trim().slice(0, VALUE_CHARS_MAX);
  if (text === "") return null;
  return as === "last4" && text.length > 4 ? `****${text.slice(-4)}` : text;
}

/** What this kind of sale is recognised by: table, plate and duration, period and account, … */
export function sceneFacts(scene: Scene, metadata: PageOrder["metadata"], language: Language): PageFact[] {
  return (RULES[scene] ?? []).flatMap((fact) => {
    const key = fact.keys.find((candidate) => Object.hasOwn(metadata, candidate));
    const value = key === undefined ? null : valueText(metadata[key], fact, language);
    return value === null ? [] : [{ label: textsIn(language).page.facts[fact.name], value }];
  });
}
