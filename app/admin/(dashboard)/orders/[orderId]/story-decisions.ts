import type { TimelineEvent } from "#components/admin/timeline.tsx";
import { amountText } from "#components/ui/amount.tsx";
import { fen } from "#lib/base/fen.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { RejectionReason } from "#lib/contract/promotions.ts";
import type { Scene } from "#lib/contract/scene.ts";
import type { OrderDecisions } from "#lib/storage/orders/order-decisions.ts";
import { storyText } from "#lib/texts/admin.ts";
import { LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { decisionSentence } from "#lib/texts/learner-decision.ts";
import { rejectionSentence } from "#lib/texts/offers.ts";
import { sceneReasonText, sceneText } from "#lib/texts/scene.ts";
import { fill } from "#lib/texts/words.ts";

/** What was decided about an order and why: its scene, its price, the optional offer, the way to pay. */
export function decisionEvents(order: OrderView, decisions: OrderDecisions, language: Language): TimelineEvent[] {
  return [
    sceneEvent(order, language),
    ...decisions.prices.map((price) => priceEvent(price, language)),
    ...decisions.offers.map((offer) => offerEvent(offer, language)),
    ...decisions.pages.map((page, place) => pageEvent(page, place, language)),
  ];
}

function sceneEvent(order: OrderView, language: Language): TimelineEvent {
  const words = storyText(language);
  const { names } = sceneText(language);
  const detail = order.sceneDetail ?? null;
  const scene = order.scene as Scene | null;
  const sure = detail === null ? "" : fill(words.sceneSure, { share: Math.round(detail.confidence * 100) });
  return {
    id: "scene",
    at: new Date(order.createdAt),
    title: scene === null ? words.sceneUnknown : fill(words.sceneTitle, { scene: names[scene] ?? scene }),
    detail: detail?.fallback ? [sure, words.sceneFallback].join(" · ") : sure,
    reasons: (detail?.reasons ?? []).map((reason) => sceneReasonText(reason, language)),
  };
}

function priceEvent({ id, at, discountFen, applied, rejected }: OrderDecisions["prices"][number], language: Language) {
  const words = storyText(language);
  const given = applied.map(({ name, amountFen }) => fill(words.priceGiven, { name, amount: amountText(amountFen) }));
  const refused = rejected.map(({ name, reason }) =>
    fill(words.priceRefused, { name, reason: rejectionSentence({ reason: reason as RejectionReason }, language) }),
  );
  const all = [...given, ...refused];
  return {
    id: `price-${id}`,
    at,
    title: discountFen === 0 ? words.priceNone : fill(words.priceTitle, { amount: amountText(discountFen) }),
    detail: applied.map(({ name }) => name).join(" · "),
    reasons: all.length === 0 ? [words.priceNothing] : all,
  } satisfies TimelineEvent;
}

const NOTHING = "none";

function offerEvent(offer: OrderDecisions["offers"][number], language: Language): TimelineEvent {
  const words = storyText(language);
  const { at, arm, arms } = offer;
  const nameOf = ({ id, name }: { id: string; name?: string | undefined }) =>
    id === NOTHING ? words.armNothing : (name ?? id);
  const chosen = arms.find(({ id }) => id === arm);
  const share = (part: number) => `${Math.round(part * 100)}%`;
  return {
    id: "offer",
    at,
    title: arm === NOTHING ? words.offerNothing : fill(words.offerTitle, { name: chosen ? nameOf(chosen) : arm }),
    detail: decisionSentence(offer, language),
    reasons: arms.map((each) =>
      fill(words.arm, {
        name: nameOf(each),
        chance: share(each.probability),
        pays: share(each.pays),
        cost: amountText(fen(Math.round(each.costFen))),
      }),
    ),
  };
}

function pageEvent(page: OrderDecisions["pages"][number], place: number, language: Language): TimelineEvent {
  const words = storyText(language);
  const channels: Readonly<Record<string, string>> = words.channels;
  const why: Readonly<Record<string, string>> = words.channelWhy;
  const others = page.alternatives.map((other) => channels[other] ?? other);
  const known = LANGUAGES.find((each) => each === page.language);
  const shown = known === undefined ? page.language : textsIn(known).about.name;
  return {
    id: `page-${place}`,
    at: page.at,
    title: fill(words.pageTitle, { channel: channels[page.channel] ?? page.channel }),
    detail: why[page.channel] ?? "",
    facts: [
      ...(others.length === 0 ? [] : [{ label: words.facts.alternatives, value: others.join(" · ") }]),
      { label: words.facts.language, value: page.elder ? `${shown} · ${words.elder}` : shown },
    ],
  };
}
