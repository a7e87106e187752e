import { type ChildProcess, execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { NEXT, startNext } from "./processes.ts";

// The floor of the framework: an application of one route that answers a constant, built and served as Next does it.
const FOLDER = path.resolve("node_modules/.cache/lingfu-bare-next");
const FILES = {
  "package.json": '{ "private": true }\n',
  "next.config.js": "module.exports = { turbopack: { root: __dirname + '/../../..' } };\n",
  // No JSX: below node_modules nothing translates it.
  "app/layout.js":
    'import { createElement as h } from "react";\nexport default ({ children }) => h("html", null, h("body", null, children));\n',
  "app/bare/route.js":
    'export const dynamic = "force-dynamic";\nexport const GET = () => Response.json({ ok: true });\n',
};

export async function startBareNext(port: number): Promise<ChildProcess> {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(FOLDER, name)), { recursive: true });
    writeFileSync(path.join(FOLDER, name), text);
  }
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  execFileSync(process.execPath, [NEXT, "build"], { cwd: FOLDER, env, stdio: "ignore" });
  return startNext({ port, probe: "/bare", env, cwd: FOLDER });
}
