// A container's health check: exit 0 when this machine's web process is ready for traffic, 1 with the reason when it is not.
import { isReady } from "./launch/health-checks.mjs";
import { explain } from "./launch/report.mjs";
import { readSettings } from "./launch/settings.mjs";

try {
  const state = await isReady(readSettings());
  if (state !== true) throw new Error(state);
} catch (cause) {
  console.error(explain(cause));
  process.exitCode = 1;
}
