export { notifyDoorCheck, payPageCheck } from "./door-checks.ts";
export { diskCheck, installationChecks } from "./installation-checks.ts";
export { type DoctorReport, type Examination, runExaminations } from "./run-examinations.ts";
export { versionCheck } from "./version-check.ts";
