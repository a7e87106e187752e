// Import rules, one per sentence of ARCHITECTURE.md §1. `npm run lint` runs them;
// lib/testing/import-rules.test.ts plants one violation of each.

const TESTS = "\\.test\\.tsx?$|(^|/)testing/|^e2e/";
const PURE = "^lib/(base|contract|texts|payment/domain|intelligence|lab)/";
const ADAPTERS =
  "^lib/(gateways|live|jobs|webhooks|notifications|auth|config|ops|posters|exports|printing|logos|docs)/";
const PACKAGES = ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-bundled", "npm-no-pkg", "npm-unknown"];

const LAYERS = [
  ["^lib/(base|contract|texts)/"],
  ["^lib/payment/domain/", "^lib/intelligence/"],
  ["^lib/payment/(?!domain/)", "^lib/reconcile/", "^lib/collection/", "^lib/epay/", "^lib/tills/"],
  [ADAPTERS, "^lib/(storage|outbound)/"],
  ["^lib/(http|tasks)/", "^lib/compose\\.ts$", "^lib/compose-[a-z]+\\.ts$"],
  ["^app/", "^lib/bin/"],
];

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

const layersGoDown = LAYERS.slice(0, -1).map((layer, height) =>
  rule(
    `layers-go-down-${height}`,
    `Layer ${height} imports nothing from the layers above it.`,
    { path: layer, pathNot: TESTS },
    { path: LAYERS.slice(height + 1).flat() },
  ),
);

const frontDoors = ["payment", "intelligence", "gateways", "jobs"].map((name) =>
  rule(
    `module-front-door-${name}`,
    `From outside, only the index.ts of lib/${name} is imported.`,
    // lib/lab measures inner parts of lib/intelligence.
    { pathNot: [`^lib/${name}/`, "^lib/lab/", TESTS] },
    { path: `^lib/${name}/`, pathNot: `^lib/${name}/index\\.ts$` },
  ),
);

module.exports = {
  forbidden: [
    rule("no-circular", "No cycles.", {}, { circular: true }),
    rule(
      "no-orphans",
      "No dead files: a page, a route or a process reaches every file.",
      {
        path: ["^app/", "^lib/bin/", "^lib/sandbox/bin\\.ts$", "^lib/sdk/index\\.ts$", "^components/embed/embed\\.ts$"],
      },
      {
        path: "^(lib|components)/.*\\.tsx?$",
        pathNot: [
          "^lib/bin/",
          "^lib/sandbox/bin\\.ts$",
          "^lib/sdk/index\\.ts$",
          "^components/embed/embed\\.ts$",
          TESTS,
          "^lib/gateways/memory",
          "\\.d\\.m?ts$",
        ],
        reachable: false,
      },
    ),
    rule(
      "everything-resolves",
      "The other rules do not see an import that cannot be resolved.",
      {},
      { couldNotResolve: true },
    ),
    ...layersGoDown,
    rule(
      "core-is-pure",
      "Layers 0 and 1 import no Node module and no package; only lib/contract uses zod.",
      { path: PURE, pathNot: [TESTS, "^lib/contract/"] },
      { dependencyTypes: ["core", ...PACKAGES] },
    ),
    rule(
      "core-is-pure-contract",
      "lib/contract imports zod and no other package.",
      { path: "^lib/contract/", pathNot: TESTS },
      { dependencyTypes: ["core", ...PACKAGES], pathNot: "(^|/)node_modules/zod/" },
    ),
    rule(
      "adapters-are-alone",
      "Adapters do not import each other. All of them may import storage and outbound, which import none of them.",
      {
        path: "^lib/(gateways|live|jobs|webhooks|notifications|auth|config|ops|posters|exports|printing|logos|docs|storage|outbound)/",
        pathNot: TESTS,
      },
      { path: ADAPTERS, pathNot: "^lib/$1/" },
    ),
    rule(
      "next-stays-outside",
      "Only pages and components import Next or React; only the web process starts Next.",
      { path: "^lib/", pathNot: [TESTS, "^lib/bin/web\\.ts$"] },
      { path: "(^|/)node_modules/(next|react|react-dom|server-only|swr|qrcode\\.react)/" },
    ),
    rule(
      "prisma-in-one-place",
      "Only lib/storage imports the Prisma client or pg; the benchmark's baseline uses plain pg on purpose.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/storage/", TESTS, "^lib/bin/bench"] },
      { path: ["(^|/)node_modules/(@types/)?pg/", "(^|/)node_modules/@prisma/", "^prisma/generated/"] },
    ),
    rule(
      "qr-in-one-place",
      "Only lib/qr-code.ts imports the QR encoder; pages and components draw with qrcode.react.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/qr-code\\.ts$"] },
      { path: "(^|/)node_modules/uqr/" },
    ),
    rule(
      "browser-is-thin",
      "Components import layer 0 and other components only; server data arrives as props.",
      { path: "^components/", pathNot: TESTS },
      { path: "^(app|lib|prisma)/", pathNot: "^lib/(base|contract|texts)/" },
    ),
    rule(
      "browser-is-thin-node",
      "Components import no Node module.",
      { path: "^components/", pathNot: TESTS },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "lab-stays-outside",
      "The product never imports lib/lab, which holds simulators, training and benchmarks.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/lab/", "^lib/bin/(bench|train-)", TESTS] },
      { path: "^lib/lab/" },
    ),
    rule(
      "sandbox-shares-no-code",
      "The sandbox imports none of the product's code, so that the same mistake on both sides cannot cancel out.",
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
      "sandbox-runs-in-its-own-process",
      "Only the sandbox's own process imports the sandbox.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/sandbox/", "^lib/bin/", TESTS] },
      { path: "^lib/sandbox/" },
    ),
    rule(
      "sandbox-front-door",
      "From outside, only the sandbox's index.ts is imported; tests may also use its testing/ folder.",
      { pathNot: "^lib/sandbox/" },
      { path: "^lib/sandbox/", pathNot: "^lib/sandbox/(index\\.ts$|testing/)" },
    ),
    rule(
      "sdk-stands-alone",
      "The SDK is a package of its own, which runs without Node's modules, packages and the product's code.",
      { path: "^lib/sdk/", pathNot: TESTS },
      { path: ["^(app|components|lib|prisma|e2e)/", "(^|/)node_modules/"], pathNot: "^lib/sdk/" },
    ),
    rule(
      "sdk-stands-alone-node",
      "The SDK imports no Node module.",
      { path: "^lib/sdk/", pathNot: TESTS },
      { dependencyTypes: ["core"] },
    ),
    rule(
      "sdk-is-for-shops",
      "The product does not import the SDK.",
      { path: "^(app|components|lib)/", pathNot: ["^lib/sdk/", TESTS] },
      { path: "^lib/sdk/" },
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
    tsPreCompilationDeps: true, // Type imports count as dependencies.
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
