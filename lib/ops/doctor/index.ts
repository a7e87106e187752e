export { notifyDoorCheck, payPageCheck } from "./door-checks.ts";
export { causeOf, diskCheck, type House, houseChecks } from "./house-checks.ts";
export { titleOf } from "./titles.ts";
export { type Examination, type Visit, visit } from "./visit.ts";
