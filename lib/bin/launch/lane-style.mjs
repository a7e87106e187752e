import { readFileSync } from "node:fs";
import path from "node:path";
import { transform } from "esbuild";
import postcss from "postcss";
import { inRoot } from "./runtime.mjs";

// The style of the page lane: app/globals.css for the lane's own sources, without what none of its pages can use. Next's pages
// have it whole, and look the same.

/** Words of these sources that happen to be class names. */
const NO_CLASSES = "{grow,hidden,inline,inline-block,transform}";

/** @param inputs the files that the lane's pages are made of, from the project's folder */
export async function buildLaneStyle(inputs, targets) {
  const sources = inputs.filter((file) => /^(?:app|components)\/.*\.tsx$|\/lane\/document\.ts$/.test(file));
  const { default: config } = await import("../../../postcss.config.mjs");
  const plugins = await Promise.all(
    config.plugins.map(async (plugin) => {
      if (!Array.isArray(plugin)) return plugin;
      const [name, options] = plugin;
      return (await import(name)).default({ ...options, optimize: { minify: true } });
    }),
  );
  const from = inRoot("app/globals.css");
  const own = sources.map((file) => `@source "${path.relative(path.dirname(from), inRoot(file))}";`);
  const text = readFileSync(from, "utf8").replaceAll(/^@source (?!not inline).*$/gm, "");
  const lines = [text, ...own, `@source not inline("${NO_CLASSES}");`].join("\n");
  const tags = tagsOf(sources);
  const { css } = await postcss([...plugins, withoutOtherTags(tags), withValues]).process(lines, { from });
  return (await transform(css, { loader: "css", target: targets, minify: true, legalComments: "none" })).code;
}

/** The elements that the sources write. */
function tagsOf(files) {
  const tags = new Set(["html", "body"]);
  for (const file of files) {
    for (const [, tag] of readFileSync(inRoot(file), "utf8").matchAll(/<([a-z][a-z0-9]*)[\s>/]/g)) tags.add(tag);
  }
  return tags;
}

/** Parts of controls that no page has, however its elements are called. */
const NO_PART = /::(?:file-selector|-webkit-(?:date|calendar|inner-spin|outer-spin|search))|\[type="?(?:search|number)/;

/** Leaves out rules about elements that are not there. */
const withoutOtherTags = (tags) => ({
  postcssPlugin: "without-other-tags",
  OnceExit(root) {
    root.walkRules((rule) => {
      if (/keyframes$/.test(rule.parent?.name ?? "")) return;
      const selectors = rule.selectors.filter((selector) => !NO_PART.test(selector) && isOf(tags, selector));
      if (selectors.length === 0) rule.remove();
      else if (selectors.length < rule.selectors.length) rule.selectors = selectors;
    });
  },
});

function isOf(tags, selector) {
  const plain = selector.replaceAll(/\([^)]*\)|\[[^\]]*\]/g, "");
  return [...plain.matchAll(/(?:^|[\s>+~])([a-z][a-z0-9]*)/g)].every(([, tag]) => tags.has(tag));
}

/** `var(--name)` or `var(--name, fallback)`, with brackets in the fallback. */
const VARIABLE = /var\((--[\w-]+)(?:,\s*((?:[^()]|\((?:[^()]|\([^()]*\))*\))*))?\)/g;
const REM_TIMES = /calc\(([\d.]+)rem \* (-?[\d.]+)\)/g;
const OWN_OF_TAILWIND = /^--tw-/;

/**
 * Writes values in place of variables that have one value on every page. Tailwind's own (`--tw-…`) let its words be joined in any
 * order; a word that is joined to another stands after it in the sheet, so that the fallbacks come to the same.
 */
const withValues = {
  postcssPlugin: "with-values",
  OnceExit(root) {
    const values = constantsOf(root);
    const resolve = (text) =>
      text.replaceAll(
        VARIABLE,
        (whole, name, fallback) => values.get(name) ?? (OWN_OF_TAILWIND.test(name) ? fallback : null) ?? whole,
      );
    root.walkDecls((decl) => {
      for (let before = ""; before !== decl.value; ) {
        before = decl.value;
        decl.value = resolve(before);
      }
      decl.value = decl.value.replaceAll(REM_TIMES, (_, rem, times) => `${Number((rem * times).toFixed(4))}rem`);
      if (/var\(--tw-/.test(decl.value)) throw decl.error(`${decl.prop} has no value without ${decl.value}`);
    });
    for (const empty of emptied(root)) empty.remove();
  },
};

/** Takes them out of the sheet. */
function constantsOf(root) {
  const all = new Map();
  root.walkDecls(/^--/, (decl) => all.set(decl.prop, [...(all.get(decl.prop) ?? []), decl]));
  const values = new Map();
  for (const [name, decls] of all) {
    const [{ value, parent }] = decls;
    if (OWN_OF_TAILWIND.test(name)) {
      const first = decls.find((decl) => decl.parent.selector?.startsWith("*"))?.value;
      if (first !== undefined && first !== "initial") values.set(name, first);
    } else if (decls.length === 1 && parent.parent.type === "root" && /^:root/.test(parent.selector))
      values.set(name, value);
    else continue;
    for (const decl of decls) decl.remove();
  }
  return values;
}

function emptied(root) {
  const found = [];
  root.walk((node) => void (node.nodes?.length === 0 && found.push(node)));
  return found;
}
