export type { PageBrandWish, PageInput, PagePlan, PagePrefs } from "./page-types.ts";
export { defaultPlan, planBrand, planPage } from "./plan-page.ts";
