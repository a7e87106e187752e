const SIDES = {
  "padding-inline": ["padding-left", "padding-right"],
  "padding-block": ["padding-top", "padding-bottom"],
  "margin-inline": ["margin-left", "margin-right"],
  "margin-block": ["margin-top", "margin-bottom"],
  "inset-inline": ["left", "right"],
  "inset-block": ["top", "bottom"],
};

/** Tailwind 4 writes CSS for engines of 2023; shoppers' phones are older. See the targets in package.json. */
const forOldEngines = {
  postcssPlugin: "for-old-engines",
  OnceExit(root) {
    // Engines before Chrome 99 and Safari 15.4 drop whole layers. Ours stand in the order of their layers already, and
    // what stands outside of them comes last, so without them the same rules win.
    for (let layers = findAll(root, "layer"); layers.length > 0; layers = findAll(root, "layer")) {
      for (const layer of layers) unwrap(layer);
    }
    // Tailwind's own variables get their first values twice: by @property (Chrome 85, Safari 16.4) and, only for engines
    // it knows to lack that, by a rule. The rule alone serves all, and is shorter.
    for (const property of findAll(root, "property")) if (property.params.startsWith("--tw-")) property.remove();
    for (const query of findAll(root, "supports")) if (query.params.includes("-moz-orient")) unwrap(query);
    root.walkRules((rule) => {
      // Safari before 15.4 drops a whole list for the one selector it does not know.
      if (rule.selectors.length > 1) rule.selectors = rule.selectors.filter((selector) => selector !== "::backdrop");
    });
    root.walkDecls((decl) => {
      const sides = SIDES[decl.prop];
      // Chrome 87, Safari 14.1. One value for both sides; our languages run from left to right.
      if (sides !== undefined && /^(?:[^\s()]|\([^()]*(?:\([^()]*\)[^()]*)*\))+$/.test(decl.value)) {
        for (const prop of sides) decl.cloneBefore({ prop });
        decl.remove();
        return;
      }
      // Chrome 108, Safari 15.4.
      if (/\ddvh\b/.test(decl.value)) decl.cloneBefore({ value: decl.value.replaceAll("dvh", "vh") });
      // Chrome 79: the first argument is the usual one.
      const plain = decl.value.replace(/\b(?:min|max)\(([^,()]+),(?:[^()]|\([^()]*\))*\)/g, "$1");
      if (plain !== decl.value) decl.cloneBefore({ value: plain });
    });
  },
};

function findAll(root, name) {
  const found = [];
  root.walkAtRules(name, (rule) => void found.push(rule));
  return found;
}

function unwrap(rule) {
  if (rule.nodes === undefined) rule.remove();
  else rule.replaceWith(rule.nodes);
}

export default { plugins: [["@tailwindcss/postcss", {}], forOldEngines] };
