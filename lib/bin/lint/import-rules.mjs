import { existsSync } from "node:fs";
import path from "node:path";
import { inRoot, typescriptRuntime } from "../launch/runtime.mjs";

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
