export { DEFAULT_COLOR } from "./contrast.ts";
export type { PageBrandWish, PageInput, PagePlan, PagePrefs } from "./page-types.ts";
export { defaultPlan, planPage } from "./plan-page.ts";
