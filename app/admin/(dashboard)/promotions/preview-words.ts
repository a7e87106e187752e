import { shortTime } from "#components/admin/moments.ts";
import type { ShownCart, ShownPast, ShownPreview } from "#components/admin/promotions/preview-view.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { fen, timesFen } from "#lib/base/fen.ts";
import { PREVIEW_DAYS, PREVIEW_LINES_MAX } from "#lib/base/limits.ts";
import type { Promotion, RejectionReason } from "#lib/contract/promotions.ts";
import type { PastPreview, PromotionPreview } from "#lib/payment/index.ts";
import { promotionsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { textsIn } from "#lib/texts/language.ts";
import { describePromotion, nudgeSentence, rejectionSentence } from "#lib/texts/offers.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import type { FormValues } from "./form-values.ts";
import { nameOf } from "./promotion-words.ts";
import { FieldReader, type FormProblem } from "./read-form.ts";

interface SampleItem {
  readonly name: string;
  readonly sku: null;
  readonly category: string | null;
  readonly unitFen: ReturnType<typeof fen>;
  readonly quantity: number;
}

/** The sample cart of the form; a row without goods and price is left out. */
export function readSampleCart(values: FormValues): { items: SampleItem[]; problems: readonly FormProblem[] } {
  const read = new FieldReader(values);
  const rows = Array.from({ length: PREVIEW_LINES_MAX }, (_, at) => at + 1).filter(
    (row) => (values[`cartItem${row}`] ?? "") !== "" || (values[`cartPrice${row}`] ?? "") !== "",
  );
  const items = rows.map((row) => ({
    name: read.text(`cartItem${row}`, true)?.slice(0, 64) ?? "",
    sku: null,
    category: read.text(`cartCategory${row}`)?.slice(0, 64) ?? null,
    unitFen: fen(read.money(`cartPrice${row}`, true, CART_FEN_MAX) ?? 0),
    quantity: read.whole(`cartQuantity${row}`, false, CART_PIECES_MAX) ?? 1,
  }));
  return { items, problems: read.problems };
}

const CART_FEN_MAX = 10_000_000;
const CART_PIECES_MAX = 1_000;

/** The sample cart that a form begins with: the newest order's, or two made-up pieces. */
export async function sampleValues({ container, language }: AdminRequest): Promise<FormValues> {
  const items = await container.payments.promotionPreviews.newestCart();
  const { preview } = promotionsText(language);
  const shown =
    items.length > 0 ? items : [{ name: preview.sampleItem, sku: null, category: null, unitFen: 6_000, quantity: 2 }];
  return Object.fromEntries(
    shown.slice(0, PREVIEW_LINES_MAX).flatMap(({ name, sku, category, unitFen, quantity }, at) => [
      [`cartItem${at + 1}`, sku ?? name],
      [`cartCategory${at + 1}`, category ?? ""],
      [`cartPrice${at + 1}`, amountText(unitFen).slice(1).replace(/,/g, "")],
      [`cartQuantity${at + 1}`, String(quantity)],
    ]),
  );
}

/** A preview in words. */
export function shownPreview(
  { cart, past, names }: PromotionPreview,
  { items, rule, language }: { readonly items: readonly SampleItem[]; rule: Promotion; language: Language },
): ShownPreview {
  const words = promotionsText(language);
  return {
    cart: cart === null ? null : shownCart({ cart, names }, { items, rule, language }),
    past: past === null ? words.preview.busy : shownPast(past, { rule, names, language }),
  };
}

function shownCart(
  { cart, names }: { cart: NonNullable<PromotionPreview["cart"]>; names: PromotionPreview["names"] },
  { items, rule, language }: { readonly items: readonly SampleItem[]; rule: Promotion; language: Language },
): ShownCart {
  const { preview } = promotionsText(language);
  const { price } = cart;
  return {
    lines: items.map(({ name, quantity, unitFen }, at) => ({
      key: String(at),
      name,
      quantity,
      full: amountText(timesFen(unitFen, quantity)),
      off: price.lineDiscounts[at] ? `−${amountText(price.lineDiscounts[at])}` : null,
    })),
    total: amountText(cart.totalFen),
    due: amountText(cart.dueFen),
    off: price.discountFen === 0 ? null : fill(preview.off, { amount: amountText(price.discountFen) }),
    applied: price.applied.map(({ id, terms, amountFen }) => ({
      text: labelled(names.get(id), describePromotion(terms, language), language),
      amount: `−${amountText(amountFen)}`,
      isOwn: id === rule.id,
    })),
    rejected: price.rejected.map((rejected) => {
      const other = names.get(rejected.id);
      const range = other?.type === "random_off" ? other : undefined;
      const name = other === undefined ? rejected.name : nameOf(other, language);
      return {
        text: rejectionSentence({ ...rejected, name, range, window: other?.window }, language),
        isOwn: rejected.id === rule.id,
      };
    }),
    nudge: cart.nudge === null ? null : nudgeSentence(cart.nudge, language),
  };
}

const labelled = (rule: Promotion | undefined, gives: string, language: Language): string => {
  const name = rule === undefined ? gives : nameOf(rule, language);
  return name === gives ? gives : `${name} · ${gives}`;
};

interface PastContext {
  readonly rule: Promotion;
  readonly names: PromotionPreview["names"];
  readonly language: Language;
}

function shownPast(past: PastPreview, { rule, names, language }: PastContext): ShownPast | string {
  const words = promotionsText(language);
  const { preview } = words;
  if (past.orders === 0) return fill(preview.noOrders, { days: PREVIEW_DAYS });
  const { takingsFen: takings, extraFen: extra } = past;
  const share = takings === 0 ? 0 : extra / takings;
  return {
    headline: past.changed === 0 ? preview.none : null,
    facts: [
      { label: preview.given, value: amountText(past.givenFen) },
      ...(past.extraFen === past.givenFen ? [] : [{ label: preview.extra, value: signed(past.extraFen) }]),
      {
        label: preview.changed,
        value: fill(preview.changedOf, { changed: past.changed, percent: percent(past.changed / past.orders) }),
      },
      { label: preview.share, value: `${percent(share)}%` },
    ],
    changedPart: past.changed / past.orders,
    notes: notesOf(past, rule, language),
    reasons: Object.entries(past.reasons)
      .toSorted(([, a], [, b]) => b - a)
      .map(([reason, count]) =>
        fill(preview.reasonCount, { reason: textsIn(language).offers.rejections[reason as RejectionReason], count }),
      ),
    conflicts: past.conflicts.flatMap((conflict) => conflictLines(conflict, { rule, names, language })),
  };
}

const percent = (part: number): string => (part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0);
const signed = (amount: number): string => (amount < 0 ? `−${amountText(-amount)}` : amountText(amount));

function notesOf(past: PastPreview, rule: Promotion, language: Language): string[] {
  const { preview } = promotionsText(language);
  const { orders, sampled, from, to, budgetEndedAt } = past;
  const day = (at: Date | null) => (at === null ? "" : shortTime(at, language));
  return [
    ...(budgetEndedAt === null ? [] : [fill(preview.budgetEnds, { day: day(budgetEndedAt) })]),
    fill(preview.sample, { orders, from: day(from), to: day(to) }),
    ...(past.isPartOfAll ? [fill(preview.partOfAll, { orders: sampled })] : []),
    ...(orders < sampled ? [fill(preview.stopped, { orders, sampled })] : []),
    ...(rule.code === undefined && rule.needsCode !== true ? [] : [preview.codeAssumed]),
    ...(rule.optional === true ? [preview.optionalAssumed] : []),
    ...(rule.type === "random_off" ? [preview.randomAssumed] : []),
  ];
}

function conflictLines(
  { id, wins, losses }: PastPreview["conflicts"][number],
  { rule, names, language }: PastContext,
): string[] {
  const { preview } = promotionsText(language);
  const other = names.get(id);
  const name = other === undefined ? id : nameOf(other, language);
  const isOneGroup = rule.group !== undefined && rule.group === other?.group;
  const isAlone = rule.exclusive === true || other?.exclusive === true;
  const why = preview.wonBy[isOneGroup ? "group" : isAlone ? "exclusive" : "worse"];
  return [
    ...(losses === 0 ? [] : [fill(preview.losses, { name, count: losses })]),
    ...(wins === 0 ? [] : [fill(preview.wins, { name, count: wins, why })]),
  ];
}
