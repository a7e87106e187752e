import { readFileSync } from "node:fs";

/**
 * What is wrong with a lockfile. npm leaves platform packages that the registry at hand lacks out of it without a
 * word; `npm ci` then refuses it, or people on another system get a package without its binary.
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
