import { spawnSync } from "node:child_process";

// Reads Prometheus' text format (0.0.4) as strictly as Prometheus does, and holds what `promtool check metrics` asks of names.

export interface MetricFamily {
  readonly name: string;
  readonly type: string;
  readonly samples: readonly MetricSample[];
}

interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const NUMBER = /^(?:[+-]?Inf|NaN|[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/** @throws Error that names the first line that Prometheus would refuse, or the first name that promtool would blame */
export function readMetrics(text: string): Map<string, MetricFamily> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, MetricFamily & { samples: MetricSample[] }>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  let current: (MetricFamily & { samples: MetricSample[] }) | null = null;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
    if (keyword === "HELP") {
      if (helped.has(name)) throw new Error(`a second HELP: ${line}`);
      helped.add(name);
    } else if (keyword === "TYPE") {
      if (families.has(name) || !helped.has(name) || SUFFIXES[rest] === undefined) throw new Error(`TYPE: ${line}`);
      current = { name, type: rest, samples: [] };
      families.set(name, current);
    } else {
      const sample = readSample(line);
      const family = current;
      if (family === null || !SUFFIXES[family.type]?.some((suffix) => sample.name === family.name + suffix))
        throw new Error(`not of the family above it: ${line}`);
      const series = `${sample.name}${JSON.stringify(Object.entries(sample.labels).toSorted())}`;
      if (seen.has(series)) throw new Error(`twice: ${line}`);
      seen.add(series);
      family.samples.push(sample);
    }
  }
  for (const family of families.values()) blame(family);
  return families;
}

function readSample(line: string): MetricSample {
  const [, name, labelText = "", value = ""] = SAMPLE.exec(line) ?? [];
  if (name === undefined || !NUMBER.test(value)) throw new Error(`not a sample: ${line}`);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const [, label = "", text = ""] = LABEL.exec(labelText) ?? [];
    if (label === "" || label in labels) throw new Error(`labels: ${line}`);
    labels[label] = text;
  }
  return { name, labels, value: value === "+Inf" ? Number.POSITIVE_INFINITY : Number(value) };
}

const UNIT = /_(?:milliseconds|minutes|hours|days|ms|kilobytes|mb|percent)(?:_|$)/;

function blame({ name, type, samples }: MetricFamily): void {
  if (type === "counter" && !name.endsWith("_total")) throw new Error(`a counter ends with _total: ${name}`);
  if (type !== "counter" && name.endsWith("_total")) throw new Error(`only a counter ends with _total: ${name}`);
  if (/_(?:count|sum|bucket|info_total)$/.test(name)) throw new Error(`the end of this name is taken: ${name}`);
  if (/[A-Z]/.test(name) || name.includes(type)) throw new Error(`name: ${name}`);
  if (UNIT.test(name)) throw new Error(`not a base unit: ${name}`);
  if (type === "counter" && samples.some(({ value }) => !(value >= 0))) throw new Error(`below nothing: ${name}`);
  if (type === "histogram") checkBuckets({ name, type, samples });
}

/** Each series of a histogram grows from bucket to bucket and ends with +Inf, which is its count. */
function checkBuckets({ name, samples }: MetricFamily): void {
  const bySeries = new Map<string, MetricSample[]>();
  for (const sample of samples) {
    const { le: _le, ...labels } = sample.labels;
    const key = JSON.stringify(Object.entries(labels).toSorted());
    bySeries.set(key, [...(bySeries.get(key) ?? []), sample]);
  }
  for (const [series, all] of bySeries) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`);
    const count = all.find((sample) => sample.name === `${name}_count`)?.value;
    const grows = buckets.every(({ value }, at) => at === 0 || value >= (buckets[at - 1]?.value ?? 0));
    const last = buckets.at(-1);
    if (!grows || last?.labels.le !== "+Inf" || last.value !== count) throw new Error(`buckets of ${name} ${series}`);
  }
}

/** What promtool says; null where it is not installed. It comes with Debian's package `prometheus`. */
export function promtool(args: readonly string[], input = ""): { readonly code: number; readonly said: string } | null {
  const { error, status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  if (error !== undefined && "code" in error && error.code === "ENOENT") return null;
  if (error !== undefined) throw error;
  return { code: status ?? -1, said: `${stdout}${stderr}` };
}
