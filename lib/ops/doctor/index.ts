export { notifyDoorCheck, payPageCheck } from "./door-checks.ts";
export { diskCheck, installationChecks } from "./installation-checks.ts";
export { type Examination, type TitledFinding, type Visit, visit } from "./visit.ts";
