import { readFileSync } from "node:fs";
import path from "node:path";

// SWR as the pay page uses it: one key that is a string, one fetcher, in a browser, with neither Suspense, nor optimistic data, nor
// data that a server component brought. What is always so is said to the bundler as a constant, which then leaves out what
// depends on it: a third of SWR, which each shopper would load. What saves less than 30 bytes is left as it is. A text that a
// version of SWR no longer has fails the build.

const NEVER = "void 0";

/** For each file of SWR, what is written in it, and what it is here. */
const FACTS = {
  "use-swr": [
    [
      /const \{ cache, compare, [^}]*\} = config;/,
      `const { cache, compare, fallbackData, refreshInterval } = config;
       const suspense = false, revalidateOnMount = false, revalidateIfStale = true, refreshWhenHidden = false,
         refreshWhenOffline = false, keepPreviousData = false, strictServerPrefetchWarning = false;`,
    ],
    [/const configCacheData = [^;]*;/, `const configCacheData = ${NEVER};`],
    ["const req = key ? PRELOAD[key] : UNDEFINED;", `const req = ${NEVER};`],
    [/const hasCacheData = [^;]*;/, "const hasCacheData = false;"],
    // The key stays what it was, and the page came with an answer: the first question is the first interval's.
    [/const shouldStartRequest = \(\(\)=>\{[\s\S]*?\n {12}\}\)\(\);/, "const shouldStartRequest = false;"],
    [
      /const shouldDoInitialRevalidation = \(\(\)=>\{[\s\S]*?\n {4}\}\)\(\);/,
      "const shouldDoInitialRevalidation = false;",
    ],
    [/if \(!isUndefined\(cachedData\)\) \{\s*laggyDataRef\.current = cachedData;\s*\}/, ""],
    [/const resolvedUndef = [\s\S]*?resolvedUndef\.value = UNDEFINED;/, ""],
    // What only data of the server leads to, and the warning about hydration.
    [/useIsomorphicLayoutEffect\(\(\)=>\{\s*const preloaded = [\s\S]*?\n {4}\}\);/, ""],
    [/const hydrationRef = [\s\S]*?const isHydration = [^;]*;/, "const isHydration = false;"],
    [
      "isUndefined(cachedData) ? fallback && isPromiseLike(fallback) ? use(fallback) : fallback : cachedData",
      "isUndefined(cachedData) ? fallback : cachedData",
    ],
    [/const SWRConfig = OBJECT[\s\S]*?\}\);/, `const SWRConfig = ${NEVER};`],
  ],
  "config-context": [
    ["const isDocumentDefined = typeof document != STR_UNDEFINED;", "const isDocumentDefined = true;"],
    ["const IS_REACT_LEGACY = !React.useId;", "const IS_REACT_LEGACY = false;"],
    [/const navigatorConnection = [\s\S]*?const slowConnection = [^;]*;/, "const slowConnection = false;"],
    [/const serialize = \(key\)=>\{[\s\S]*?\n\};/, "const serialize = (key)=>[key, key];"],
    // `mutate(key)` and `mutate(key, data, { revalidate: false })`.
    ["const rollbackOnErrorOption = options.rollbackOnError;", "const rollbackOnErrorOption = false;"],
    ["let optimisticData = options.optimisticData;", `const optimisticData = ${NEVER};`],
    [/if \(hasOptimisticData\) \{[\s\S]*?\n {8}\}/, ""],
    [/if \(isFunction\(_key\)\) \{[\s\S]*?\n {4}\}\n/, ""],
    [/if \(isFunction\(data\)\) \{[\s\S]*?\n {8}\}\n/, ""],
    [/if \(data && isPromiseLike\(data\)\) \{[\s\S]*?\n {8}\}\n/, ""],
    [/const unload = \(unloadOptions\)=>\{[\s\S]*?\n {8}\};/, `const unload = ${NEVER};`],
    ["const SWRConfigContext = createContext({});", `const SWRConfigContext = ${NEVER};`],
    // Each use brings its own.
    [/const onErrorRetry = \(_, __[\s\S]*?\n\};/, "const onErrorRetry = noop;"],
  ],
  "_internal/index": [
    ["useContext(SWRConfigContext)", "EVERYBODYS"],
    [/const BUILT_IN_MIDDLEWARE = [^;]*;/, "const EVERYBODYS = {};\nconst BUILT_IN_MIDDLEWARE = [];"],
  ],
};

/** For esbuild. */
export const slimSwr = {
  name: "slim-swr",
  setup({ initialOptions, onLoad }) {
    initialOptions.define = { ...initialOptions.define, "window.__SWR_DEVTOOLS_USE__": "undefined" };
    onLoad({ filter: /[\\/]swr[\\/]dist[\\/].*\.mjs$/ }, ({ path: file }) => {
      const [, name = ""] = /swr.dist.(.*?)(?:-\w{8})?\.mjs$/.exec(file) ?? [];
      return { contents: stated(readFileSync(file, "utf8"), FACTS[name.replaceAll(path.sep, "/")] ?? [], file) };
    });
  },
};

function stated(source, facts, file) {
  let text = source;
  for (const [written, fact] of facts) {
    const parts = text.split(written);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, not once: ${written}`);
    text = parts.join(fact);
  }
  return text;
}
