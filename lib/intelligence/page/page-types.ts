import type { ShopLook } from "#lib/contract/shop-look.ts";
import type { Language } from "#lib/texts/language.ts";
import type { AppName } from "#lib/texts/zh-CN/page.ts";
import type { AgentChannel, Env, Form, Scene } from "../scene/index.ts";

/** The parts of the page under the fixed head. Which of them are shown, and in which order, is what a plan decides. */
export type PageBlock =
  | "scene_facts"
  | "items"
  | "offers"
  | "nudge"
  | "repeat"
  | "guide"
  | "qr"
  | "other_channels"
  | "personal_switch"
  | "display_settings"
  | "help";

interface PageItem {
  readonly name: string;
  readonly quantity: number;
  /** What the line costs before discounts, in fen. */
  readonly amount: number;
}

export interface PageOrder {
  readonly merchantName: string;
  readonly description: string;
  readonly amountTotal: number;
  readonly amountDiscount: number;
  readonly amountDue: number;
  readonly items: readonly PageItem[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface PageBrandWish {
  readonly name?: string;
  /** An https address or a path of ours. */
  readonly logoUrl?: string;
  /** `#rrggbb` */
  readonly color?: string;
}

/** The shop's choices of layout, and what it says to who has paid or has a question; empty texts are not shown. */
export type PageLook = Pick<ShopLook, "density" | "corners" | "codeSide" | "thanks" | "phone">;

/** A discount that is already inside `amountDue`. */
interface PageOffer {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
  /** One sentence that a shopper understands. */
  readonly why: string;
}

/** A discount that the shopper may take or leave; while it is taken, `amountDue` has it. */
interface PageOptionalOffer {
  readonly id: string;
  readonly name: string;
  readonly saves: number;
  readonly why: string;
  readonly chosen: boolean;
}

export interface PageNudge {
  readonly text: string;
  /** How much more to buy, in fen. */
  readonly gap: number;
  /** How much that takes off, in fen. */
  readonly gain: number;
}

interface PageOffers {
  readonly applied: readonly PageOffer[];
  readonly nudge: PageNudge | null;
  readonly optional?: readonly PageOptionalOffer[];
}

/** What is known of the shopper, only as far as they agreed to it. */
interface PageProfile {
  /** Agreed to personalisation; absent or false = no personal feature is used or shown. */
  readonly personalised: boolean;
  /** Names of what was bought last time here. */
  readonly lastItems?: readonly string[];
}

/** The shopper's own choices, remembered; never guessed from age. */
export interface PagePrefs {
  readonly elder?: boolean;
  readonly language?: Language;
}

export interface PageSceneInput {
  readonly env: Env;
  readonly form: Form;
  readonly channel: AgentChannel;
  readonly alternatives: readonly AgentChannel[];
  readonly scene: Scene;
  readonly fallback: boolean;
  readonly ownAddressQr?: boolean;
  /** The app by name, where it cannot pay and says what it is. */
  readonly app?: AppName | null;
}

export interface PageInput {
  readonly scene: PageSceneInput;
  readonly order: PageOrder;
  readonly offers?: PageOffers;
  readonly brand?: PageBrandWish;
  readonly look?: PageLook;
  readonly profile?: PageProfile;
  /** The `Accept-Language` header as it came. */
  readonly locale?: string;
  readonly prefs?: PagePrefs;
}

export interface PageBrand {
  readonly name: string;
  readonly logoUrl: string | null;
  /** Fill of the main button, `#rrggbb`. */
  readonly color: string;
  /** Text on `color`, with a contrast of at least 4.5. */
  readonly onColor: string;
}

export interface PageFact {
  readonly label: string;
  readonly value: string;
}

export interface PageCopy {
  readonly title: string;
  readonly itemsTitle: string;
  /** Words of the one main button; empty when there is nothing to press. */
  readonly action: string;
  readonly hint: string;
  /** How to get into WeChat, for the `guide` page. */
  readonly steps: readonly string[];
}

/** All that a page needs to be complete in its first HTML. The head (merchant, amount, button) is always in that order. */
export interface PagePlan {
  readonly version: string;
  readonly scene: Scene;
  readonly channel: AgentChannel;
  readonly alternatives: readonly AgentChannel[];
  readonly ownAddressQr: boolean;
  readonly language: Language;
  readonly languages: readonly Language[];
  readonly elder: boolean;
  readonly type: { readonly bodyPx: number; readonly amountPx: number; readonly targetPx: number };
  readonly brand: PageBrand;
  readonly look: PageLook;
  readonly amountDue: number;
  readonly amountTotal: number;
  readonly amountDiscount: number;
  readonly head: readonly ["merchant", "amount", "action"];
  readonly blocks: readonly PageBlock[];
  readonly copy: PageCopy;
  readonly facts: readonly PageFact[];
  readonly offers: readonly PageOffer[];
  readonly optional: readonly PageOptionalOffer[];
  readonly nudge: PageNudge | null;
  readonly repeat: readonly string[];
  /** The plain page: something was wrong with the plan or the scene is not known. */
  readonly plain: boolean;
  /** Codes, and in English what was wrong with a plan that was refused. */
  readonly reasons: readonly string[];
}
