export { notifyDoorCheck, payPageCheck } from "./door-checks.ts";
export { causeOf, diskCheck, type Installation, installationChecks } from "./installation-checks.ts";
export { type Examination, type TitledFinding, type Visit, visit } from "./visit.ts";
