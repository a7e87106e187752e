import { isReadable } from "#lib/base/colour-contrast.ts";
import { isLanguage } from "#lib/texts/language.ts";
import { SCENES } from "../scene/index.ts";
import type { PageInput, PagePlan } from "./page-types.ts";

const BODY_PX_ELDER = 18;
const AMOUNT_PX_ELDER = 24;
const TARGET_PX_ELDER = 60;
const TARGET_PX = 44;

const isFen = (amount: unknown): boolean => typeof amount === "number" && Number.isSafeInteger(amount) && amount >= 0;

function channelFaults(plan: PagePlan, { scene }: PageInput): string[] {
  const faults: string[] = [];
  const shown = [plan.channel, ...plan.alternatives];
  if (plan.channel !== scene.channel) faults.push("the channel is not the one that was decided");
  if (new Set(shown).size !== shown.length) faults.push("a channel twice");
  if (shown.includes("jsapi") && scene.env !== "wechat") faults.push("jsapi outside WeChat");
  if (shown.includes("miniprogram") && scene.env !== "wechat_mini") faults.push("miniprogram outside a mini program");
  return faults;
}

function moneyFaults(plan: PagePlan, { order }: PageInput): string[] {
  const faults: string[] = [];
  const { amountDue, amountTotal, amountDiscount } = plan;
  if (![amountDue, amountTotal, amountDiscount].every(isFen)) faults.push("an amount is not fen");
  if (amountDue !== order.amountDue || amountTotal !== order.amountTotal) faults.push("another price than the order's");
  if (amountTotal - amountDiscount !== amountDue) faults.push("the amounts do not add up");
  const given = plan.offers.reduce((sum, { amount }) => sum + amount, 0);
  if (given > amountDiscount || !plan.offers.every(({ amount }) => isFen(amount)))
    faults.push("offers exceed the discount");
  if (plan.scene === "donation" && (plan.offers.length > 0 || plan.nudge !== null))
    faults.push("a discount on a donation");
  return faults;
}

function formFaults(plan: PagePlan): string[] {
  const faults: string[] = [];
  if (plan.head.join() !== "merchant,amount,action") faults.push("the head was moved");
  if (new Set(plan.blocks).size !== plan.blocks.length) faults.push("a block twice");
  if (plan.blocks.includes("nudge") !== (plan.nudge !== null)) faults.push("the nudge and its block disagree");
  if (!isReadable(plan.brand.color, plan.brand.onColor)) faults.push("the button cannot be read");
  if (plan.brand.name === "" || !SCENES.includes(plan.scene)) faults.push("no name or no scene");
  if (!isLanguage(plan.language)) faults.push("unknown language");
  const { bodyPx, amountPx, targetPx } = plan.type;
  if (targetPx < TARGET_PX) faults.push("targets too small");
  if (plan.elder) {
    if (bodyPx < BODY_PX_ELDER || amountPx < AMOUNT_PX_ELDER || targetPx < TARGET_PX_ELDER)
      faults.push("too small to read");
    if (plan.nudge !== null || plan.repeat.length > 0) faults.push("more than one thing to do");
  }
  return faults;
}

/** Everything that is wrong with a plan; an empty list means it may be shown. */
export const planFaults = (plan: PagePlan, input: PageInput): string[] => [
  ...channelFaults(plan, input),
  ...moneyFaults(plan, input),
  ...formFaults(plan),
];
