import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { buildLaneStyle } from "./lane-style.mjs";
import { slimSwr } from "./lane-swr.mjs";
import { inRoot, LANE } from "./runtime.mjs";

// The page lane: the pages of shoppers without Next, drawn by our own web process; the pay page is taken over by one small
// script. lib/decisions/0106 says why.

const SOURCES = inRoot("app/pay/lane");
/** The oldest engines of package.json; esbuild does not read its list. */
const OLD_ENGINES = ["es2018", "chrome78", "safari13", "ios13", "firefox78"];
/** Preact stands in for React on both sides, so that what the one draws is what the other takes over. */
const ALIASES = {
  "react-dom/server": "preact-render-to-string",
  react: `${SOURCES}/react.ts`,
  "use-sync-external-store/shim": `${SOURCES}/react.ts`,
  "dequal/lite": `${SOURCES}/equal.ts`,
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

/** The words of one language in place of those that the sources name. */
const inLanguage = (language) => ({
  name: "in-language",
  setup({ onResolve }) {
    onResolve({ filter: /^#lib\/texts\/zh-CN\/pay-live\.ts$/ }, () => ({ path: wordsOf(language) }));
  },
});
const wordsOf = (language) => inRoot("lib/texts", language, "pay-live.ts");

const SHARED = {
  bundle: true,
  write: false,
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "silent",
  alias: ALIASES,
  define: { "process.env.NODE_ENV": '"production"' },
};

const FOR_BROWSERS = {
  ...SHARED,
  platform: "browser",
  format: "iife",
  target: OLD_ENGINES,
  // They read it; Safari before 14.1 errs in a form of it that we do not write.
  supported: { destructuring: true },
  minify: true,
  legalComments: "none",
};

/** Builds `server.mjs` and its scripts and style, each named by its content. */
export async function buildLane(folder = LANE) {
  const languages = readdirSync(inRoot("lib/texts")).filter((name) => existsSync(wordsOf(name)));
  const [server, behaviour, ...clients] = await Promise.all([
    build({
      ...SHARED,
      entryPoints: [`${SOURCES}/answer-page.tsx`],
      platform: "node",
      format: "esm",
      target: "node20",
      metafile: true,
      plugins: [forOurProcess],
    }),
    behaviourScript(),
    ...languages.map(clientScript),
  ]);
  const style = await buildLaneStyle(Object.keys(server.metafile.inputs), OLD_ENGINES);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/static`, { recursive: true });
  /** @returns the file's address */
  const keep = (name, extension, text) => {
    const digest = createHash("sha256").update(text).digest("base64url").slice(0, 12);
    const file = `${name}-${digest}.${extension}`;
    writeFileSync(`${folder}/static/${file}`, text);
    return `/_lane/${file}`;
  };
  const scripts = languages.map((language, at) => [
    language,
    keep(`pay-${language}`, "js", `${behaviour}${clients[at]}`),
  ]);
  const files = {
    scripts: Object.fromEntries(scripts),
    style: keep("pay", "css", style),
  };
  writeFileSync(`${folder}/server.mjs`, server.outputFiles[0].text);
  writeFileSync(`${folder}/files.json`, JSON.stringify(files));
}

/** What takes the pay page over. Terser knows a twentieth more to leave out, which each shopper would load. */
async function clientScript(language) {
  const entryPoints = [`${SOURCES}/client.tsx`];
  const { outputFiles } = await build({ ...FOR_BROWSERS, entryPoints, plugins: [inLanguage(language), slimSwr] });
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2018,
    safari10: true,
    toplevel: true,
    compress: { passes: 3 },
  });
  return code;
}

/** The lines of behaviour-script.ts; an error of what comes after them is none of theirs. */
async function behaviourScript() {
  const entry = inRoot("components/pay/behaviour-script.ts");
  const { outputFiles } = await build({ ...SHARED, entryPoints: [entry], platform: "neutral", format: "esm" });
  const source = `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`;
  const { BEHAVIOUR_SCRIPT } = await import(source);
  return (await transform(BEHAVIOUR_SCRIPT, { target: OLD_ENGINES, minify: true })).code;
}
