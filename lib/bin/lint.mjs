// npm run lint: format, lint, import rules, types, unused code and the lockfile. All checks run; exit 1 if any fails.
import { ensureGenerated } from "./launch/build.mjs";
import { ensureInstalled } from "./launch/install.mjs";
import { reporter } from "./launch/report.mjs";
import { CHECKS } from "./lint/checks.mjs";

const report = reporter();
await ensureInstalled(report);
await ensureGenerated(report);
for (const { name, run } of CHECKS) {
  const since = Date.now();
  const { code, output } = await run();
  console.log(`${code === 0 ? "✓" : "✗"} ${name} (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  if (code === 0) continue;
  console.log(output.trimEnd());
  process.exitCode = 1;
}
