import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";
import postcss from "postcss";
import { inRoot, LANE } from "./runtime.mjs";

// The page lane: the pay page's components without Next, drawn by our own web process and taken over by one small script.
// lib/decisions/0106 says why.

const SOURCES = inRoot("app/pay/lane");
/** The oldest engines of package.json; esbuild does not read its list. */
const OLD_ENGINES = ["es2018", "chrome78", "safari13", "ios13", "firefox78"];
/** Preact stands in for React on both sides, so that what the one draws is what the other takes over. */
const ON_OUR_SIDE = {
  "react-dom/server": "preact-render-to-string",
  react: "preact/compat",
  "next/navigation": `${SOURCES}/router.ts`,
};
const IN_THE_BROWSER = {
  react: `${SOURCES}/react.ts`,
  "use-sync-external-store/shim/index.js": `${SOURCES}/react.ts`,
  "next/navigation": `${SOURCES}/router.ts`,
};

/** Our modules stay what they are in the web process, with their state; markers of the framework are left out. */
const forOurProcess = {
  name: "for-our-process",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#lib\// }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^server-only$/ }, ({ path }) => ({ path, namespace: "nothing" }));
    onLoad({ filter: /.*/, namespace: "nothing" }, () => ({ contents: "" }));
  },
};

const SHARED = {
  bundle: true,
  write: false,
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "silent",
};

/** Builds `.lane/server.mjs` and its script and style, each named by its content. */
export async function buildLane() {
  const [server, client, style] = await Promise.all([
    build({
      ...SHARED,
      entryPoints: [`${SOURCES}/answer-pay-page.tsx`],
      alias: ON_OUR_SIDE,
      platform: "node",
      format: "esm",
      target: "node20",
      define: { "process.env.NODE_ENV": '"production"' },
      plugins: [forOurProcess],
    }),
    build({
      ...SHARED,
      entryPoints: [`${SOURCES}/client.tsx`],
      alias: IN_THE_BROWSER,
      platform: "browser",
      format: "iife",
      target: OLD_ENGINES,
      // They read it; Safari before 14.1 errs in a form of it that we do not write.
      supported: { destructuring: true },
      minify: true,
      legalComments: "none",
      define: { "process.env.NODE_ENV": '"production"' },
    }),
    buildStyle(),
  ]);
  rmSync(LANE, { recursive: true, force: true });
  mkdirSync(`${LANE}/static`, { recursive: true });
  const files = {
    script: keep("pay", "js", client.outputFiles[0].text),
    style: keep("pay", "css", style),
  };
  writeFileSync(`${LANE}/server.mjs`, server.outputFiles[0].text);
  writeFileSync(`${LANE}/files.json`, JSON.stringify(files));
}

async function buildStyle() {
  const { default: config } = await import("../../../postcss.config.mjs");
  const plugins = await Promise.all(
    config.plugins.map(async (plugin) => {
      if (!Array.isArray(plugin)) return plugin;
      const [name, options] = plugin;
      return (await import(name)).default({ ...options, optimize: { minify: true } });
    }),
  );
  const from = inRoot("app/globals.css");
  const { css } = await postcss(plugins).process(readFileSync(from, "utf8"), { from });
  return (await transform(css, { loader: "css", target: OLD_ENGINES, minify: true })).code;
}

/** @returns the file's address */
function keep(name, extension, text) {
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 12);
  const file = `${name}-${digest}.${extension}`;
  writeFileSync(`${LANE}/static/${file}`, text);
  return `/_lane/${file}`;
}
