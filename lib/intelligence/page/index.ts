export { chooseLanguage as choosePageLanguage, isPageLanguage, PAGE_LANGUAGES } from "./choose-language.ts";
export { contrast, DEFAULT_COLOR } from "./contrast.ts";
export type {
  PageBlock,
  PageBrand,
  PageBrandWish,
  PageCopy,
  PageFact,
  PageInput,
  PageItem,
  PageLanguage,
  PageNudge,
  PageOffer,
  PageOffers,
  PageOptionalOffer,
  PageOrder,
  PagePlan,
  PagePrefs,
  PageProfile,
  PageSceneInput,
} from "./page-types.ts";
export { defaultPlan, PAGE_PLAN_VERSION, planPage } from "./plan-page.ts";
