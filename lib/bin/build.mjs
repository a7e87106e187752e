// npm run build: installs, generates and builds ahead of time, so that the next start only starts. `--complete` then leaves out
// what no start needs and notes that nothing is to be installed or built in this folder any more: for an image.
import { ensureBuilt, ensureGenerated } from "./launch/build.mjs";
import { ensureInstalled } from "./launch/install.mjs";
import { leaveOutTools } from "./launch/leave-out.mjs";
import { explain, reporter } from "./launch/report.mjs";
import { checkNodeVersion } from "./launch/runtime.mjs";

const [flag] = process.argv.slice(2);
try {
  checkNodeVersion();
  if (flag !== undefined && flag !== "--complete")
    throw new Error(`npm run build takes nothing but --complete, not ${flag}`);
  const report = reporter();
  await ensureInstalled(report);
  await ensureGenerated(report);
  await ensureBuilt(report);
  if (flag === "--complete") await report.step("tools left out", () => `${leaveOutTools()} packages stay`);
  report.say("built");
} catch (cause) {
  console.error(`✗ ${explain(cause)}`);
  process.exitCode = 1;
}
