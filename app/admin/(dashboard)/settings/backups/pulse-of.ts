import type { UpkeepRun } from "#lib/storage/operations/upkeep-runs.ts";

export const pulseOf = (run: UpkeepRun | null): string =>
  run === null ? "idle" : [run.id, run.status, run.step, run.stepsDone].join(":");
