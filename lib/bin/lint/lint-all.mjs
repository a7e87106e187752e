import { inRoot, ROOT, runTool, typescriptRuntime } from "../launch/runtime.mjs";
import { importRules } from "./import-rules.mjs";
import { lockProblems } from "./lock-file.mjs";

const UNUSED = [
  inRoot("node_modules/knip/bin/knip.js"),
  ...[
    "--include",
    "files,exports,types,dependencies,unlisted,unresolved,binaries",
    "--no-config-hints",
    "--no-progress",
  ],
];

/** Each check's name and what runs it; `output` is empty where there is nothing to complain about. */
export const CHECKS = [
  { name: "format and lint", run: () => runTool([inRoot("node_modules/.bin/biome"), "ci", "--colors=off", "."]) },
  { name: "import rules", run: () => runTool(importRules({ folder: ROOT, output: "err" })) },
  {
    name: "types",
    run: () => runTool([...typescriptRuntime(), inRoot("node_modules/typescript/bin/tsc"), "--noEmit"]),
  },
  { name: "unused files, exports and packages", run: () => runTool([...typescriptRuntime(), ...UNUSED]) },
  {
    name: "lockfile",
    run: async () => {
      const problems = lockProblems(inRoot("package-lock.json"));
      return { code: problems.length > 0 ? 1 : 0, output: problems.join("\n") };
    },
  },
];
