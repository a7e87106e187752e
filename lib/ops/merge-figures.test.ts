import { expect, test } from "vitest";
import { mergeFigures, ownFigures } from "./merge-figures.ts";

const FAMILY = ["# HELP lingfu_tries_total x", "# TYPE lingfu_tries_total counter"];
const figures = (count: number) => `${[...FAMILY, `lingfu_tries_total{outcome="retry"} ${count}`].join("\n")}\n`;

test("what processes counted stands in the family it belongs to, each named by its process", () => {
  const shared = "# HELP lingfu_up x\n# TYPE lingfu_up gauge\nlingfu_up 1\n";
  const processes = [
    { process: "web:host:1", figures: figures(1) },
    { process: 'worker:host:1"', figures: figures(2) },
  ];
  expect(mergeFigures(shared, processes)).toBe(
    `${shared}\n${[
      ...FAMILY,
      'lingfu_tries_total{process="web:host:1",outcome="retry"} 1',
      'lingfu_tries_total{process="worker:host:1_",outcome="retry"} 2',
    ].join("\n")}\n`,
  );
});

test("a sample without labels gets the one, and a number that looks like a label is left alone", () => {
  const plain =
    "# HELP process_start_time_seconds x\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1e9\n";
  expect(mergeFigures(plain.replace(/process_start.*1e9\n$/, ""), [{ process: "web:a:1", figures: plain }])).toContain(
    '\nprocess_start_time_seconds{process="web:a:1"} 1e9\n',
  );
});

test("of Node's own figures few are kept, and keeping twice changes nothing", () => {
  const node = "# HELP nodejs_version_info x\n# TYPE nodejs_version_info gauge\nnodejs_version_info 1\n";
  const kept = ownFigures(`${node}\n${figures(3)}`);
  expect(kept).toBe(figures(3));
  expect(ownFigures(kept)).toBe(kept);
});

test("nothing is lost or changed where there is nobody else", () => {
  expect(mergeFigures(figures(4), [])).toBe(figures(4));
});
