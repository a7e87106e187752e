import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

// Goal: no action of the dashboard or the counter is to be had without its right being asked for. Who has which right is in
// lib/auth/admin-roles.test.ts and counter-rights.test.ts; that everybody else is turned away by each action and each route in
// action-roles.db.test.ts and route-roles.db.test.ts.

const ROOT = path.resolve("app/admin");
const files = (readdirSync(ROOT, { recursive: true, encoding: "utf8" }) as string[]).map((file) => ({
  file: file.split(path.sep).join("/"),
  source: /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) ? readFileSync(path.join(ROOT, file), "utf8") : "",
}));

/** Exported functions of a file that begins with "use server": each of them can be called by anybody, with anything. */
const actions = files
  .filter(({ source }) => source.startsWith('"use server"'))
  .flatMap(({ file, source }) => {
    const parts = source.split(/^export async function /m).slice(1);
    return parts.map((part) => ({ name: `${file} ${/^\w+/.exec(part)?.[0]}`, part, source }));
  });

/** Before anybody is signed in, or for whoever is: they check for themselves. */
const WITHOUT_A_SESSION = /^(sign-in\/|password\/|\(till\)\/|join\/|reset\/|invitation|passkey|confirm)/;

/** The functions of its own file that an action leads to. */
const withHelpers = ({ part, source }: { part: string; source: string }): string => {
  const called = new Set([...part.matchAll(/\b(\w+)\(/g)].map(([, name]) => name));
  const helpers = source.split(/^(?=(?:export )?(?:async )?(?:function|const) )/m);
  return [part, ...helpers.filter((text) => called.has(/(?:function|const) (\w+)/.exec(text)?.[1] ?? ""))].join("\n");
};

test("every action asks who it is and what they may, or checks for itself that it comes from our own page", () => {
  expect(actions.length).toBeGreaterThan(60);
  const unguarded = actions.filter((action) => {
    const text = withHelpers(action);
    if (/\brun(Admin|Counter|Till)Action[<(]/.test(text)) return false;
    return !/cameFromUs\(/.test(text) || !WITHOUT_A_SESSION.test(action.name);
  });
  expect(unguarded.map(({ name }) => name)).toEqual([]);
});

test("an action with its right names one; null is for what is one's own", () => {
  const open = actions.filter((action) => /right: null/.test(withHelpers(action))).map(({ name }) => name);
  const own = /(account|notifications|session|views|columns|list-view|passkey|recovery|confirm\/|counter\/actions)/;
  expect(open.filter((name) => !own.test(name))).toEqual([]);
});

/** Who holds a session alone must not get from it to money, secrets or rights, straight or in two steps. */
const CONFIRMED: Readonly<Record<string, RegExp>> = {
  // A cashier refunds by PIN, and is asked for no second factor.
  "(dashboard)/settings/cashiers/actions.ts": /^(createCashier|editCashier|resetPin|switchCashier)$/,
  "(dashboard)/settings/refund-rules/actions.ts": /./,
  "(dashboard)/refunds/abnormal-actions.ts": /./,
};

test("what is dangerous asks for the second factor again", () => {
  for (const [file, names] of Object.entries(CONFIRMED)) {
    const those = actions.filter(({ name }) => name.startsWith(`${file} `) && names.test(name.split(" ").at(-1) ?? ""));
    expect(those.length, file).toBeGreaterThan(0);
    expect(those.filter(({ part }) => !/\bconfirmed\b/.test(part)).map(({ name }) => name)).toEqual([]);
  }
});
