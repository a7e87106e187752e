// The house's import rules, one per sentence of ARCHITECTURE.md §1. Run by `npm run lint`;
// lib/testing/import-rules.test.ts plants one violation of each.

const TESTS = "\\.test\\.tsx?$|(^|/)testing/|^e2e/";
const PURE = "^lib/(base|contract|texts|payment/domain|intelligence|lab)/";
const ADAPTERS = "^lib/(gateways|live|jobs|webhooks|auth|config|ops|posters)/";
const PACKAGES = ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-bundled", "npm-no-pkg", "npm-unknown"];

const FLOORS = [
  ["^lib/(base|contract|texts)/"],
  ["^lib/payment/domain/", "^lib/intelligence/"],
  ["^lib/payment/(?!domain/)", "^lib/reconcile/", "^lib/collection/"],
  [ADAPTERS, "^lib/storage/"],
  ["^lib/(http|tasks)/", "^lib/compose\\.ts$", "^lib/compose-doctor\\.ts$"],
  ["^app/", "^lib/bin/"],
];

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const floorsGoDown = FLOORS.slice(0, -1).map((floor, height) =>
  rule(
    `floors-go-down-${height}`,
    `Floor ${height} imports nothing from the floors above it.`,
    { path: floor, pathNot: TESTS },
    { path: FLOORS.slice(height + 1).flat() },
  ),
);

const frontDoors = ["payment", "intelligence", "gateways", "jobs"].map((room) =>
  rule(
    `module-front-door-${room}`,
    `From outside, lib/${room} is imported by its index.ts only.`,
    // The lab takes the smart part to pieces in order to measure it.
    { pathNot: [`^lib/${room}/`, "^lib/lab/", TESTS] },
    { path: `^lib/${room}/`, pathNot: `^lib/${room}/index\\.ts$` },
  ),
);

module.exports = {
  forbidden: [
    rule("no-circular", "No cycles.", {}, { circular: true }),
    rule(
      "no-orphans",
      "No dead files: whatever is in the house is reached from a page, a route or a process.",
      { path: ["^app/", "^lib/bin/", "^lib/sandbox/bin\\.ts$"] },
      {
        path: "^(lib|components)/.*\\.tsx?$",
        pathNot: ["^lib/bin/", "^lib/sandbox/bin\\.ts$", TESTS, "^lib/gateways/memory", "\\.d\\.m?ts$"],
        reachable: false,
      },
    ),
    rule(
      "everything-resolves",
      "An import that leads nowhere would hide from the other rules.",
      {},
      { couldNotResolve: true },
    ),
    ...floorsGoDown,
    rule(
      "core-is-pure",
      "Floors 0 and 1 import nothing of Node's and no package; lib/contract alone has zod.",
      { path: PURE, pathNot: [TESTS, "^lib/contract/"] },
      { dependencyTypes: ["core", ...PACKAGES] },
    ),
    rule(
      "core-is-pure-contract",
      "lib/contract imports zod and nothing else from outside.",
      { path: "^lib/contract/", pathNot: TESTS },
      { dependencyTypes: ["core", ...PACKAGES], pathNot: "(^|/)node_modules/zod/" },
    ),
    rule(
      "adapters-are-alone",
      "No adapter imports another one, except storage, which imports none.",
      { path: "^lib/(gateways|live|jobs|webhooks|auth|config|ops|posters|storage)/", pathNot: TESTS },
      { path: ADAPTERS, pathNot: "^lib/$1/" },
    ),
    rule(
      "next-stays-outside",
      "Only pages and components import Next or React; the web process alone starts Next.",
      { path: "^lib/", pathNot: [TESTS, "^lib/bin/web\\.ts$"] },
      { path: "(^|/)node_modules/(next|react|react-dom|server-only|swr|qrcode\\.react)/" },
    ),
    rule(
      "prisma-in-one-place",
      "Only lib/storage imports the Prisma client or pg; the benchmark's floor is plain pg on purpose.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/storage/", TESTS, "^lib/bin/bench"] },
      { path: ["(^|/)node_modules/(@types/)?pg/", "(^|/)node_modules/@prisma/", "^prisma/generated/"] },
    ),
    rule(
      "browser-is-thin",
      "Components reach floor 0 and other components only; server data comes in as props.",
      { path: "^components/", pathNot: TESTS },
      { path: "^(app|lib|prisma)/", pathNot: "^lib/(base|contract|texts)/" },
    ),
    rule(
      "browser-is-thin-node",
      "Components import nothing of Node's.",
      { path: "^components/", pathNot: TESTS },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "lab-stays-outside",
      "The product never imports lib/lab: simulators, training and benches measure it from outside.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/lab/", "^lib/bin/(bench|train-)", TESTS] },
      { path: "^lib/lab/" },
    ),
    rule(
      "sandbox-is-a-stranger",
      "The sandbox imports nothing of ours, so a mistake cannot be made on both sides and cancel out.",
      { path: "^lib/sandbox/" },
      { path: "^(app|components|lib|prisma|e2e)/", pathNot: "^lib/sandbox/" },
    ),
    rule(
      "sandbox-needs-node-only",
      "The sandbox is a package of its own without dependencies.",
      { path: "^lib/sandbox/", pathNot: TESTS },
      { dependencyTypes: PACKAGES },
    ),
    rule(
      "sandbox-is-a-stranger-to-us",
      "Nothing but its own process imports the sandbox.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/sandbox/", "^lib/bin/", TESTS] },
      { path: "^lib/sandbox/" },
    ),
    rule(
      "sandbox-front-door",
      "From outside, the sandbox is imported by its index.ts only; tests may also use its testing/ folder.",
      { pathNot: "^lib/sandbox/" },
      { path: "^lib/sandbox/", pathNot: "^lib/sandbox/(index\\.ts$|testing/)" },
    ),
    ...frontDoors,
    rule(
      "tests-only",
      "lib/testing and the scripted gateway are for tests.",
      { pathNot: [TESTS, "^lib/gateways/memory"] },
      { path: ["^lib/testing/", "^lib/sandbox/testing/", "^lib/gateways/memory"] },
    ),
  ],
  options: {
    parser: "tsc",
    tsPreCompilationDeps: true, // An import of a type is a dependency, too.
    doNotFollow: { path: ["(^|/)node_modules/", "^prisma/generated/"] },
    exclude: { path: "(^|/)(\\.next|\\.data|coverage)/" },
    combinedDependencies: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js", ".cjs", ".json"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      mainFields: ["module", "main", "types"],
    },
  },
};
