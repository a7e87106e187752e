import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { inRoot, ROOT, runTool, typescriptRuntime } from "../launch/runtime.mjs";
import { migrationProblems } from "./migrations.mjs";

const UNUSED = [
  inRoot("node_modules/knip/bin/knip.js"),
  ...[
    "--include",
    "files,exports,types,dependencies,unlisted,unresolved,binaries",
    "--no-config-hints",
    "--no-progress",
  ],
];

/** Each check's name and what runs it; `output` lists the problems. */
export const CHECKS = [
  { name: "format and lint", run: () => runTool([inRoot("node_modules/.bin/biome"), "ci", "--colors=off", "."]) },
  { name: "import rules", run: () => runTool(importRules({ folder: ROOT, output: "err" })) },
  {
    name: "types",
    run: () => runTool([...typescriptRuntime(), inRoot("node_modules/typescript/bin/tsc"), "--noEmit"]),
  },
  { name: "unused files, exports and packages", run: () => runTool([...typescriptRuntime(), ...UNUSED]) },
  {
    name: "migrations",
    run: async () => {
      const problems = await migrationProblems();
      return { code: problems.length > 0 ? 1 : 0, output: problems.join("\n") };
    },
  },
  {
    name: "lockfile",
    run: async () => {
      const problems = lockProblems(inRoot("package-lock.json"));
      return { code: problems.length > 0 ? 1 : 0, output: problems.join("\n") };
    },
  },
];

/** The command that checks the import rules of the project in `folder`; `output` is a reporter's name. */
export function importRules({ folder, output }) {
  const places = ["app", "components", "lib", "e2e"].filter((place) => existsSync(path.join(folder, place)));
  return [
    ...typescriptRuntime(),
    "--import",
    inRoot("lib/bin/lint/typescript-api.mjs"),
    inRoot("node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
    "--config",
    path.join(folder, ".dependency-cruiser.cjs"),
    "--output-type",
    output,
    ...places,
  ];
}

/**
 * The problems of a lockfile. npm silently leaves out platform packages that the used registry lacks; `npm ci` then refuses it,
 * or people on another system get a package without its binary.
 */
export function lockProblems(file) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  const problems = [];
  for (const [place, { optionalDependencies = {}, resolved }] of Object.entries(packages)) {
    if (resolved && !resolved.startsWith("https://registry.npmjs.org/"))
      problems.push(`${place} is tied to ${resolved}`);
    for (const name of Object.keys(optionalDependencies)) {
      if (!findable(packages, place, name)) problems.push(`${place || "the project"} lacks an entry for ${name}`);
    }
  }
  return problems;
}

/** As Node resolves: next to the package, then in each parent folder. */
function findable(packages, place, name) {
  for (let at = place; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    if (`${at ? `${at}/` : ""}node_modules/${name}` in packages) return true;
    if (at === "") return false;
  }
}
