export { chooseLanguage as choosePageLanguage, isPageLanguage } from "./choose-language.ts";
export { DEFAULT_COLOR } from "./contrast.ts";
export type { PageBrandWish, PageInput, PageLanguage, PagePlan, PagePrefs } from "./page-types.ts";
export { defaultPlan, planPage } from "./plan-page.ts";
