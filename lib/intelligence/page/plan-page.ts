import { readablePair } from "#lib/base/colour-contrast.ts";
import { chooseLanguage, LANGUAGES, type Language, textsIn } from "#lib/texts/language.ts";
import { type Scene, SENSITIVE_SCENES } from "../scene/index.ts";
import { planFaults } from "./check-plan.ts";
import { writeCopy } from "./page-copy.ts";
import type {
  PageBlock,
  PageBrand,
  PageBrandWish,
  PageInput,
  PageLook,
  PageNudge,
  PageOrder,
  PagePlan,
} from "./page-types.ts";
import { sceneFacts } from "./scene-facts.ts";

const PAGE_PLAN_VERSION = "page-1";

const BRAND_NAME_CHARS_MAX = 40;
const REPEAT_ITEMS_MAX = 3;
const USUAL_LOOK: PageLook = { density: "roomy", corners: "round", codeSide: "right", thanks: "", phone: "" };
const ORDINARY_TYPE = { bodyPx: 16, amountPx: 40, targetPx: 48 } as const;
const ELDER_TYPE = { bodyPx: 20, amountPx: 48, targetPx: 60 } as const;

/** Where a little more can honestly be bought on the spot. Nobody should be urged to park longer or to use more water. */
const NUDGE_SCENES: ReadonlySet<Scene> = new Set<Scene>([
  "dining",
  "takeaway",
  "retail",
  "ecommerce",
  "vending",
  "membership",
]);
const REPEAT_SCENES: ReadonlySet<Scene> = new Set<Scene>([...NUDGE_SCENES, "topup", "services"]);

/** The blocks right under the head; the others follow in the usual order. */
const FIRST_BLOCKS: Partial<Record<Scene, readonly PageBlock[]>> = {
  dining: ["scene_facts", "items", "offers", "nudge", "repeat"],
  takeaway: ["scene_facts", "items", "offers", "nudge", "repeat"],
  parking: ["scene_facts", "offers", "items"],
  utilities: ["scene_facts", "items", "offers"],
  donation: ["scene_facts", "items"],
  membership: ["scene_facts", "offers", "items", "nudge", "repeat"],
  vending: ["items", "scene_facts", "offers", "nudge", "repeat"],
};
const USUAL_BLOCKS: readonly PageBlock[] = ["scene_facts", "items", "offers", "nudge", "repeat"];

/** How the shop shows itself to shoppers: what it wishes as far as it can be read, and its name where it wishes none. */
export function planBrand(
  brand: PageBrandWish | undefined,
  { names, language }: { readonly names: readonly string[]; readonly language: Language },
): { brand: PageBrand; reason: string | null } {
  const { color, onColor, kept } = readablePair(brand?.color);
  const wished = [brand?.name ?? "", ...names].map((each) => each.trim()).find((each) => each !== "") ?? "";
  const name = wished.slice(0, BRAND_NAME_CHARS_MAX) || textsIn(language).page.merchant;
  const logo = brand?.logoUrl ?? "";
  const logoUrl = /^(?:https:\/\/|\/(?!\/))[^\s"'<>\\]{1,2000}$/.test(logo) ? logo : null;
  return { brand: { name, logoUrl, color, onColor }, reason: kept ? null : "brand_unreadable" };
}

const isHonest = (nudge: PageNudge): boolean => nudge.gap > 0 && nudge.gain > 0 && nudge.text.trim() !== "";

function planNudge(input: PageInput, scene: Scene): PageNudge | null {
  const nudge = input.offers?.nudge ?? null;
  const elder = input.prefs?.elder === true;
  return nudge !== null && !elder && NUDGE_SCENES.has(scene) && isHonest(nudge) ? nudge : null;
}

function planRepeat({ profile, prefs }: PageInput, scene: Scene): string[] {
  if (profile?.personalised !== true || prefs?.elder === true) return [];
  if (!REPEAT_SCENES.has(scene) || SENSITIVE_SCENES.has(scene)) return [];
  return (profile.lastItems ?? []).slice(0, REPEAT_ITEMS_MAX);
}

function planBlocks(plan: Omit<PagePlan, "blocks">, order: PageOrder): PageBlock[] {
  const filled: Partial<Record<PageBlock, boolean>> = {
    scene_facts: plan.facts.length > 0,
    items: order.items.length > 0,
    offers: plan.offers.length + plan.optional.length > 0,
    nudge: plan.nudge !== null,
    repeat: plan.repeat.length > 0,
  };
  const toPay: PageBlock[] = [];
  if (plan.channel === "guide") toPay.push("guide");
  if (plan.channel === "native" || plan.ownAddressQr || plan.channel === "guide") toPay.push("qr");
  const about = (FIRST_BLOCKS[plan.scene] ?? USUAL_BLOCKS).filter((block) => filled[block] === true);
  const others: PageBlock[] = plan.alternatives.length > 0 ? ["other_channels"] : [];
  // Where nothing is ever chosen for a shopper there is nothing to switch.
  const choices: PageBlock[] = SENSITIVE_SCENES.has(plan.scene) ? [] : ["personal_switch"];
  return [...toPay, ...about, ...others, ...choices, "display_settings", "help"];
}

/** The page without anything that could be wrong: the decided channel, the order's own amounts, our colours. */
export function defaultPlan(input: PageInput, reason: string): PagePlan {
  const { scene, order } = input;
  const language = chooseLanguage(input.prefs?.language, input.locale);
  const elder = input.prefs?.elder === true;
  const { color, onColor } = readablePair(undefined);
  const name = order.merchantName.trim().slice(0, BRAND_NAME_CHARS_MAX);
  const bare = {
    version: PAGE_PLAN_VERSION,
    scene: "other" as const,
    channel: scene.channel,
    alternatives: [],
    ownAddressQr: scene.ownAddressQr === true,
    language,
    languages: LANGUAGES,
    elder,
    type: elder ? ELDER_TYPE : ORDINARY_TYPE,
    brand: { name: name || textsIn(language).page.merchant, logoUrl: null, color, onColor },
    look: USUAL_LOOK,
    amountDue: order.amountDue,
    amountTotal: order.amountTotal,
    amountDiscount: order.amountDiscount,
    head: ["merchant", "amount", "action"] as const,
    copy: writeCopy({ ...scene, fallback: true }, language),
    facts: [],
    offers: [],
    optional: [],
    nudge: null,
    repeat: [],
    plain: true,
    reasons: [reason],
  };
  return { ...bare, blocks: planBlocks(bare, order) };
}

function fullPlan(input: PageInput): PagePlan {
  const { scene: decided, order } = input;
  const base = defaultPlan(input, "");
  const scene = decided.fallback ? "other" : decided.scene;
  const names = [order.merchantName, order.description];
  const { brand, reason } = planBrand(input.brand, { names, language: base.language });
  const reasons = reason === null ? [] : [reason];
  if (decided.fallback) reasons.push("scene_unsure");
  if (base.elder) reasons.push("elder_chosen");
  const plan = {
    ...base,
    scene,
    alternatives: decided.alternatives,
    brand,
    look: input.look ?? base.look,
    copy: writeCopy(decided, base.language),
    facts: sceneFacts(scene, order.metadata, base.language),
    offers: scene === "donation" ? [] : (input.offers?.applied ?? []),
    optional: scene === "donation" ? [] : (input.offers?.optional ?? []).filter(({ saves }) => saves > 0),
    nudge: planNudge(input, scene),
    repeat: planRepeat(input, scene),
    plain: decided.fallback,
    reasons,
  };
  return { ...plan, blocks: planBlocks(plan, order) };
}

/** What the pay page shows. Pure; never throws: if anything is wrong with a plan, the plain page is shown and can be paid. */
export function planPage(input: PageInput): PagePlan {
  try {
    const plan = fullPlan(input);
    const faults = planFaults(plan, input);
    return faults.length === 0 ? plan : defaultPlan(input, `plan refused: ${faults.join("; ")}`);
  } catch {
    return defaultPlan(input, "plan failed");
  }
}
