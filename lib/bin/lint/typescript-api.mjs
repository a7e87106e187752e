// Preloaded into dependency-cruiser, which reads TypeScript through the compiler's JavaScript interface. The native
// compiler that we check types with has none, so `typescript` is answered with the one that @ts-morph/common carries.
import { createRequire, registerHooks } from "node:module";

const { ts } = createRequire(import.meta.url)("@ts-morph/common");
const API = "lingfu:typescript";
const MANIFEST = "lingfu:typescript/package.json";

globalThis[Symbol.for(API)] = ts;

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === "typescript") return { url: API, format: "commonjs", shortCircuit: true };
    if (specifier === "typescript/package.json") return { url: MANIFEST, format: "json", shortCircuit: true };
    return next(specifier, context);
  },
  load(url, context, next) {
    if (url === API) {
      const source = `module.exports = globalThis[Symbol.for(${JSON.stringify(API)})];`;
      return { format: "commonjs", source, shortCircuit: true };
    }
    if (url === MANIFEST)
      return { format: "json", source: JSON.stringify({ version: ts.version }), shortCircuit: true };
    return next(url, context);
  },
});
