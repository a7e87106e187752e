import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Refusal } from "./report.mjs";
import { inRoot, LANE, PREBUILT, ROOT, runTool, tailOf, toolEnvironment, typescriptRuntime } from "./runtime.mjs";

const CLIENT = inRoot("prisma/generated");
const CLIENT_STAMP = inRoot("prisma/generated/.made-from");
const BUILD_STAMP = inRoot(".next/made-from");
const BUILT_FROM = ["app", "components", "lib", "prisma/schema.prisma", "public", "package-lock.json", "tsconfig.json"];
const BUILT_FROM_CONFIG = [
  "lib/bin/launch/build-lane.mjs",
  "lib/bin/launch/lane-style.mjs",
  "lib/bin/launch/lane-swr.mjs",
  "next.config.js",
  "postcss.config.mjs",
];
const NOT_BUILT = new Set(
  ["lib/bin", "lib/testing", "lib/decisions", "lib/sandbox", "lib/docs/guides"].map((folder) => inRoot(folder)),
);

/** Generates the Prisma client unless it was generated from this schema. */
export async function ensureGenerated({ step }) {
  if (existsSync(PREBUILT)) return;
  const wanted = digest(["prisma/schema.prisma", "node_modules/prisma/package.json"]);
  if (existsSync(CLIENT_STAMP) && readFileSync(CLIENT_STAMP, "utf8") === wanted) return;
  await step("database client", async () => {
    const prisma = inRoot("node_modules/prisma/build/index.js");
    const command = [...typescriptRuntime(), prisma, "generate", "--config", inRoot("prisma/prisma.config.ts")];
    const { code, output } = await runTool(command);
    if (code !== 0) throw new Refusal(`prisma generate failed:\n${tailOf(output)}`);
    mkdirSync(CLIENT, { recursive: true });
    writeFileSync(CLIENT_STAMP, wanted);
  });
}

/** Builds the pages unless the last build was made from exactly these sources. */
export async function ensureBuilt({ step }) {
  if (existsSync(PREBUILT)) return;
  const wanted = buildDigest();
  if (existsSync(BUILD_STAMP) && existsSync(LANE) && readFileSync(BUILD_STAMP, "utf8") === wanted) return;
  rmSync(BUILD_STAMP, { force: true });
  await step(
    "pages",
    async () => {
      const env = toolEnvironment({ NODE_ENV: "production" });
      const { code, output } = await runTool(
        [...typescriptRuntime(), inRoot("node_modules/next/dist/bin/next"), "build"],
        { env },
      );
      if (code !== 0) throw new Refusal(`next build failed:\n${tailOf(output, 40)}`);
      const finished = await runTool([...typescriptRuntime(), inRoot("lib/bin/launch/finish-build.mjs")], { env });
      if (finished.code !== 0) throw new Refusal(`the page lane could not be built:\n${tailOf(finished.output, 40)}`);
      writeFileSync(BUILD_STAMP, wanted);
    },
    { slow: "next build" },
  );
}

/** Of package.json: the oldest engines that the pages are compiled for, and names of our own modules. Its version changes no page. */
function wayOfBuilding() {
  const { browserslist, imports, type } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  return JSON.stringify({ browserslist, imports, type });
}

/** A digest of names and contents, so that a checkout that only changes dates needs no new build. */
const buildDigest = () => digest([...BUILT_FROM, ...BUILT_FROM_CONFIG], wayOfBuilding());

/** Takes the build that is there for one of these sources, for a copy whose changes are in no page. */
export const markBuilt = () => writeFileSync(BUILD_STAMP, buildDigest());

function digest(places, more = "") {
  const hash = createHash("sha256").update(more);
  for (const file of places.flatMap((place) => filesOf(inRoot(place)))) {
    hash
      .update(`${path.relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesOf(place) {
  if (!existsSync(place) || NOT_BUILT.has(place) || /\.test\.tsx?$/.test(place)) return [];
  try {
    return readdirSync(place)
      .sort()
      .flatMap((name) => filesOf(path.join(place, name)));
  } catch (cause) {
    if (cause.code === "ENOTDIR") return [place];
    throw cause;
  }
}
