// npm run restart: replaces the running web and worker processes one by one, so that no request is lost.

import { explain } from "./launch/report.mjs";
import { restartRunning } from "./launch/rolling-restart.mjs";
import { readSettings } from "./launch/settings.mjs";

try {
  await restartRunning(readSettings(), { say: console.log });
} catch (cause) {
  console.error(`✗ ${explain(cause)}`);
  process.exitCode = 1;
}
