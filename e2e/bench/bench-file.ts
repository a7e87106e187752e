import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";

// The figures of the last run of each bench, kept in a file that the two READMEs quote (`lib/testing/bench-figures.test.ts`).

const BENCH_FILE = "BENCHMARKS.md";

/** A call of ours beside its floors in the same run; null: not measured. */
export interface BenchRow {
  readonly call: string;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number | null;
  readonly floor: number | null;
  readonly withoutTriggers: number | null;
  readonly next: number | null;
}

const HEAD =
  "| call | per second | p50 ms | p99 ms | CPU µs | of the floor | floor | of the floor without triggers | without triggers | `next start` |";

const number = (value: number | null): string => (value === null ? "" : Math.round(value).toLocaleString("en-US"));
const share = (ours: number, other: number | null): string => (other === null ? "" : (ours / other).toFixed(2));

const lineOf = ({ call, perSecond, p50Ms, p99Ms, cpuUs, floor, withoutTriggers, next }: BenchRow): string =>
  `| ${[
    ...[call, number(perSecond), p50Ms.toFixed(1), p99Ms.toFixed(1), number(cpuUs)],
    ...[
      share(perSecond, floor),
      number(floor),
      share(perSecond, withoutTriggers),
      number(withoutTriggers),
      number(next),
    ],
  ].join(" | ")} |`;

/** The table of a run as people read it. */
const benchTable = (rows: readonly BenchRow[]): string =>
  [HEAD, `|---|${"--:|".repeat(9)}`, ...rows.map(lineOf)].join("\n");

interface BenchNotes {
  readonly database: string;
  /** Sentences that stand below the table. */
  readonly notes: readonly string[];
}

interface BenchSection {
  readonly title: string;
  /** What writes it, after `npm run bench --`. */
  readonly command: string;
  readonly body: string;
  readonly database?: string;
}

/** Writes the section of the hot calls anew, and the lines that the READMEs quote from it. */
export function writeBenchFile(rows: readonly BenchRow[], { database, notes }: BenchNotes): void {
  writeBenchSection("http", {
    ...{ title: "Hot calls", command: "http", database },
    body: `Closed loop, 32 connections over loopback, production build; the load generator, the product and the database share the cores.

The floor does the same SQL on the same tables and the same cryptography with \`node:http\` and \`pg\`, with no checks, no errors and no states. It
notifies nobody. The floor without triggers does so past every trigger and foreign key, so the price of the laws in the database shows.

${benchTable(rows)}

${notes.map((note) => `- ${note}`).join("\n")}`,
  });
  for (const readme of ["README.md", "README.zh-CN.md"]) quoteIn(readme, rows);
}

/** Prints a section and writes it in place of the one before of that name; the others stay as they were measured. */
export function writeBenchSection(name: string, { title, command, body, database }: BenchSection): void {
  const cpus = os.cpus();
  const machine = [
    `${cpus.length} cores (${cpus[0]?.model.trim() ?? "unknown"})`,
    `Node ${process.versions.node}`,
    database,
  ];
  const day = new Date().toISOString().slice(0, 10);
  const text = `## ${title}

Written by \`npm run bench -- ${command}\` on ${day}: ${machine.filter(Boolean).join(", ")}.

${body}`;
  console.log(`\n${text}\n`);
  writeFileSync(BENCH_FILE, withSection(readFileSync(BENCH_FILE, "utf8"), name, text));
}

/** Sections stand between two marks; a new one is put at the end. */
export function withSection(file: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->\n`, `\n<!-- /${name} -->\n`];
  const [from, to] = [file.indexOf(begin), file.indexOf(end)];
  if (from < 0 || to < from) return `${file.trimEnd()}\n\n${begin}${text}${end}`;
  return file.slice(0, from) + begin + text + end + file.slice(to + end.length);
}

const QUOTE = /(<!-- bench -->\n)[\s\S]*?(\n<!-- \/bench -->)/;

function quoteIn(readme: string, rows: readonly BenchRow[]): void {
  const text = readFileSync(readme, "utf8");
  writeFileSync(
    readme,
    text.replace(QUOTE, (_, before: string, after: string) => before + benchTable(rows) + after),
  );
}
