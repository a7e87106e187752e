export { notifyDoorCheck, payPageCheck } from "./door-checks.ts";
export { causeOf, diskCheck, type House, houseChecks } from "./house-checks.ts";
export { type Examination, type TitledFinding, type Visit, visit } from "./visit.ts";
