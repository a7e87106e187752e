import type { Fact } from "#components/admin/heading.tsx";
import { fullTime, shortTime } from "#components/admin/moments.ts";
import { PROMOTIONS_STACKED_MAX } from "#lib/base/limits.ts";
import { type Promotion, termsOf } from "#lib/contract/promotions.ts";
import type { PromotionStage, StoredPromotion } from "#lib/payment/index.ts";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { type PromotionsText, promotionsText } from "#lib/texts/admin.ts";
import { type Language, textsIn } from "#lib/texts/language.ts";
import { describePromotion } from "#lib/texts/offers.ts";
import { scheduleText } from "#lib/texts/schedule.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { actorName } from "../audit-words.ts";
import { CHANNELS } from "./form-values.ts";

export const givesText = (rule: Promotion, language: Language): string => describePromotion(termsOf(rule), language);

/** A promotion without a name is called what it gives. */
export const nameOf = (rule: Promotion, language: Language): string => rule.name ?? givesText(rule, language);

/** What a form of a promotion is worded with. Nothing is taken off a donation. */
export function formWords(language: Language) {
  const { donation: _, ...sceneNames } = textsIn(language).scene.names;
  return { words: promotionsText(language), week: textsIn(language).schedule, sceneNames };
}

/** What the page says after its form was sent, as long as it is true: the switch may have been used meanwhile. */
export function doneText(done: string | undefined, stage: PromotionStage, words: PromotionsText): string | undefined {
  if (done === "made") return words.made;
  if (done === "paused") return stage === "paused" ? words.madePaused : undefined;
  return done === "saved" ? words.saved[stage] : undefined;
}

/** From when to when. */
export function spanText({ window }: Promotion, language: Language): string {
  const { card } = promotionsText(language);
  const from = window?.start === undefined ? undefined : shortTime(window.start, language);
  const to = window?.end === undefined ? undefined : shortTime(window.end, language);
  if (from !== undefined && to !== undefined) return fill(card.between, { from, to });
  if (from !== undefined) return fill(card.since, { from });
  return to === undefined ? card.always : fill(card.until, { to });
}

/** The whole rule in words. */
export function ruleFacts(promotion: StoredPromotion, language: Language): (Fact | null)[] {
  const words = promotionsText(language);
  const { facts } = words;
  const { rule } = promotion;
  const { window, code } = rule;
  const { comma } = facts;
  const [perShopper, total] = [rule.limitPerUser, promotion.limitTotal];
  const times = (count: number | null | undefined) => (count == null ? facts.noLimit : fill(facts.times, { count }));
  const schedule = scheduleText(window, language);
  const scenes = rule.audience?.scenes?.map((scene) => textsIn(language).scene.names[scene]);
  return [
    { label: facts.what, value: givesText(rule, language) },
    { label: facts.when, value: spanText(rule, language) },
    schedule === null ? null : { label: facts.hours, value: schedule },
    { label: facts.goods, value: goodsText(rule, words, comma) },
    { label: facts.people, value: peopleText(rule, words, comma) },
    channelsFact(rule, words, comma),
    scenes === undefined ? null : { label: facts.scenes, value: scenes.join(comma) },
    code === undefined ? null : { label: facts.code, value: code },
    rule.needsCode === true ? { label: facts.code, value: facts.codes } : null,
    { label: facts.perShopper, value: times(perShopper) },
    { label: facts.total, value: times(total) },
    { label: facts.together, value: togetherText(rule, words) },
    { label: facts.version, value: String(rule.version) },
    { label: facts.created, value: fullTime(promotion.createdAt, language) },
  ];
}

function goodsText({ scope }: Promotion, { facts }: PromotionsText, comma: string): string {
  const only = [...(scope?.skus ?? []), ...(scope?.categories ?? [])];
  const without = [...(scope?.excludeSkus ?? []), ...(scope?.excludeCategories ?? [])];
  return [
    only.length === 0 ? facts.allGoods : only.join(comma),
    ...(without.length === 0 ? [] : [fill(facts.except, { list: without.join(comma) })]),
  ].join(comma);
}

function peopleText({ audience }: Promotion, { facts }: PromotionsText, comma: string): string {
  const newcomers = audience?.newCustomer;
  const parts = [
    ...(newcomers === undefined ? [] : [newcomers ? facts.newCustomer : facts.oldCustomer]),
    ...(audience?.segments ?? []),
  ];
  return parts.length === 0 ? facts.everyone : parts.join(comma);
}

function channelsFact({ audience }: Promotion, words: PromotionsText, comma: string): Fact | null {
  if (audience?.channels === undefined) return null;
  const known = new Set<string>(CHANNELS);
  const names: Readonly<Record<string, string>> = words.channelNames;
  const shown = audience.channels.map((each) => (known.has(each) ? (names[each] ?? each) : each));
  return { label: words.facts.channels, value: shown.join(comma) };
}

function togetherText({ exclusive, group }: Promotion, { facts }: PromotionsText): string {
  if (exclusive === true) return facts.alone;
  return group === undefined ? fill(facts.stacks, { max: PROMOTIONS_STACKED_MAX }) : fill(facts.group, { group });
}

/** The label of a field of the form, for a list of what is wrong. */
export function labelOf(field: string, { form, facts, preview }: PromotionsText): string {
  const cart = /^cart(Item|Category|Price|Quantity)(\d)$/.exec(field);
  if (cart !== null) {
    const names = { Item: preview.item, Category: preview.category, Price: preview.price, Quantity: preview.quantity };
    return `${names[cart[1] as keyof typeof names]} ${cart[2]}`;
  }
  const [, step, n] = /^(tierAmount|tierOff)(\d+)$/.exec(field) ?? [];
  if (step !== undefined) return fill(step === "tierAmount" ? form.tierAmount : form.tierOff, { n: n ?? "" });
  const others: Readonly<Record<string, string>> = { budget: form.budgetFen, day1: form.days, code: facts.code };
  const labels: Readonly<Record<string, unknown>> = form;
  const label = others[field] ?? labels[field];
  return typeof label === "string" ? label : field;
}

/** Who was faster, and when. */
export async function movedOnMessage({ container, language, text }: AdminRequest, id: string): Promise<string> {
  const [entries, { rule }] = await Promise.all([
    listAudit(container.database.pool, { subjects: [id], limit: 1 }),
    container.payments.promotions.find(id),
  ]);
  const [last] = entries;
  const values = {
    who: last === undefined ? text.none : actorName(last.actor, text),
    time: last === undefined ? text.none : fullTime(last.at, language),
    version: rule.version,
  };
  return fill(promotionsText(language).movedOn, values);
}
