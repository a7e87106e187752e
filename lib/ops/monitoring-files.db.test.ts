import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MetricFamily, promtool, readMetrics } from "#lib/testing/prometheus-text.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createMetrics } from "./metrics.ts";

// Goal: the dashboard and the rules that we give along ask only for what we tell.

const ALERTS = "config/monitoring/alerts.yaml";
const alerts = readFileSync(ALERTS, "utf8");
const dashboard: unknown = JSON.parse(readFileSync("config/monitoring/grafana-dashboard.json", "utf8"));

let database: TestDatabase;
let families: Map<string, MetricFamily>;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query("insert into alerts (kind, cause, created_at) values ('x', 'x', now())");
  const metrics = createMetrics({ process: "web:a:1", pool: database.pool, hub: { watching: 0, connected: true } });
  metrics.observeCall({ method: "GET", route: "/", status: 200, seconds: 0.1 });
  metrics.observeGatewayCall({ operation: "find_trade", outcome: "done", seconds: 0.1 });
  metrics.observeNotice("payment", 1);
  metrics.observeRejection("bad_signature");
  metrics.observePayment({ verdict: "settles", reportedBy: "notice" });
  metrics.observeRefund("succeeded");
  metrics.observeDelivery("delivered");
  families = readMetrics(await metrics.render());
});
afterAll(() => database.close());

/** Everything under a key of this name, however deep. */
function under(thing: unknown, key: string): string[] {
  if (typeof thing !== "object" || thing === null) return [];
  return Object.entries(thing).flatMap(([name, value]) =>
    name === key && typeof value === "string" ? [value] : under(value, key),
  );
}

const expressions = {
  rules: [...alerts.matchAll(/expr: (?:\|\n((?: {10,}.*\n)+)|(.*))/g)].map(([, block, line]) => block ?? line ?? ""),
  dashboard: under(dashboard, "expr"),
};

const METRIC = /\b((?:lingfu|process|nodejs)_[a-z0-9_]+)(?:\{([^}]*)\})?/g;

describe.each(Object.entries(expressions))("%s", (_name, all) => {
  test("ask for metrics that there are, by labels that they have", () => {
    expect(all.length).toBeGreaterThan(15);
    for (const expression of all) {
      const named = [...expression.matchAll(METRIC)];
      expect(named.length + Number(expression.includes("up{")), expression).toBeGreaterThan(0);
      for (const [, name = "", selector = ""] of named) {
        const family = families.get(name) ?? families.get(name.replace(/_(?:bucket|count|sum)$/, ""));
        expect(family, `${name} in ${expression}`).toBeDefined();
        const known = new Set(family?.samples.flatMap(({ labels }) => Object.keys(labels)));
        const asked = [...selector.matchAll(/(\w+)\s*(?:=|!=|=~|!~)/g)].map(([, label = ""]) => label);
        for (const label of asked) expect(known, `${label} of ${name}`).toContain(label);
      }
      // Sums and series by labels that no series of the expression has would be one line without a name.
      const labels = named.flatMap(([, name = ""]) => {
        const family = families.get(name) ?? families.get(name.replace(/_(?:bucket|count|sum)$/, ""));
        return family?.samples.flatMap((sample) => Object.keys(sample.labels)) ?? [];
      });
      const by = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/));
      for (const label of by) expect(labels, expression).toContain(label);
    }
  });
});

test("each alert says in a sentence what happened, what it means and what to do", () => {
  const count = (pattern: RegExp) => [...alerts.matchAll(pattern)].length;
  const rules = count(/^ {6}- alert: Lingfu\w+$/gm);
  expect(rules).toBeGreaterThan(15);
  for (const part of ["summary", "meaning", "action"])
    expect(count(new RegExp(`^ {10}${part}: ".{10,}"$|^ {10}${part}: [A-Z].{10,}$`, "gm")), part).toBe(rules);
  expect(count(/^ {8}labels: \{ severity: (?:critical|warning) \}$/gm)).toBe(rules);
});

test("every metric of ours is shown or alerted about, or both", () => {
  const asked = [...expressions.rules, ...expressions.dashboard].join("\n");
  const unused = [...families.keys()].filter((name) => name.startsWith("lingfu_") && !asked.includes(name));
  // Who signed is for the day on which keys are changed.
  expect(unused).toEqual(["lingfu_wechat_signatures_total"]);
});

test("promtool, where it is installed, takes the rules and their cases", () => {
  for (const args of [
    ["check", "rules", ALERTS],
    ["test", "rules", "config/monitoring/alerts.test.yaml"],
  ])
    expect((promtool(args) ?? { code: 0, said: "" }).code, args.join(" ")).toBe(0);
});
