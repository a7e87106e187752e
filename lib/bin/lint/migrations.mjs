import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { inRoot, runTool } from "../launch/runtime.mjs";

// What a migration may do while older and newer programs work on the database (prisma/migrations/README.md). Squawk reads the SQL;
// the rest is ours: what is taken away stands in a migration that says so, and what is not as usual has a reason.

/** The migrations up to here were written before the rules, and never change. */
const CHECKED_AFTER = "0190_visits_by_day";

/** They keep everybody from a table for as long as it is big. */
const BLOCKS = new Set([
  ...[
    "adding-field-with-default",
    "adding-foreign-key-constraint",
    "adding-not-nullable-field",
    "adding-required-field",
  ],
  ...["adding-serial-primary-key-field", "ban-concurrent-index-creation-in-transaction", "ban-truncate-cascade"],
  ...["changing-column-type", "constraint-missing-not-valid", "disallowed-unique-constraint"],
  ...["require-concurrent-index-creation", "require-concurrent-index-deletion", "syntax-error"],
]);
/** The program before still needs it. */
const TAKES_AWAY = new Set(["ban-drop-column", "ban-drop-table", "renaming-column", "renaming-table"]);

const CONTRACT = /^(\d{4})_contract_(\d{4})_/;
const ALONE = /^-- outside a transaction\n/;
const ALONE_STATEMENT =
  /^(create\s+(unique\s+)?index\s+concurrently\s+if\s+not\s+exists|drop\s+index\s+concurrently\s+if\s+exists)\s[^;]*;?$/i;
const IGNORE = /^\s*--\s*squawk-ignore(-file)?\b/;
const REASON = /^\s*-- because: \S+ \S+/;

/** Everything in which the migrations of `folder` break the rules, a sentence each. */
export async function migrationProblems(folder = inRoot("prisma/migrations"), after = CHECKED_AFTER) {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  const checked = names.filter((name) => name > after);
  if (checked.length === 0) return [];
  const migrations = checked.map((name) => {
    const file = path.join(folder, name, "migration.sql");
    return { name, file, sql: readFileSync(file, "utf8") };
  });
  const found = await Promise.all([true, false].map((alone) => squawk(migrations, alone)));
  return [...migrations.flatMap((migration) => ownProblems(migration, names)), ...found.flat()].sort();
}

async function squawk(migrations, alone) {
  const files = new Map(migrations.filter(({ sql }) => ALONE.test(sql) === alone).map((each) => [each.file, each]));
  if (files.size === 0) return [];
  const transaction = alone ? "--no-assume-in-transaction" : "--assume-in-transaction";
  const tool = inRoot("node_modules/squawk-cli/js/bin/squawk");
  const args = ["--reporter", "json", "--pg-version", "15", transaction, ...files.keys()];
  const { output, stdout } = await runTool([process.execPath, tool, ...args]);
  let findings;
  try {
    findings = JSON.parse(stdout);
  } catch {
    throw new Error(`squawk did not answer: ${output.trim().split("\n").at(-1)}`);
  }
  return findings.flatMap(({ file, line, rule_name: rule, message }) => {
    const { name } = files.get(file);
    const where = `${name}:${line + 1}`;
    if (TAKES_AWAY.has(rule) && !CONTRACT.test(name)) {
      return [
        `${where} ${rule}: programs that still run need it; it goes in a later migration NNNN_contract_SINCE_what`,
      ];
    }
    return BLOCKS.has(rule) ? [`${where} ${rule}: ${message}`] : [];
  });
}

function ownProblems({ name, sql }, names) {
  const lines = sql.split("\n");
  const problems = lines.flatMap((line, index) => {
    const [ignores, wholeFile] = IGNORE.exec(line) ?? [];
    if (ignores === undefined) return [];
    if (wholeFile) return [`${name}:${index + 1} squawk-ignore-file: name the rule at its statement`];
    return REASON.test(lines[index - 1] ?? "")
      ? []
      : [`${name}:${index + 1} squawk-ignore: the line above must say why it is right here: -- because: …`];
  });
  const [, number = "", since] = CONTRACT.exec(name) ?? [];
  if (since !== undefined && !names.some((each) => each.startsWith(`${since}_`) && since < number)) {
    problems.push(`${name} takes away since ${since}, which is no migration before it`);
  }
  const statement = sql.replace(/--.*$/gm, "").trim();
  if (!ALONE.test(sql) && /\bindex\s+concurrently\b/i.test(statement)) {
    problems.push(`${name} makes or drops an index concurrently: its first line must be -- outside a transaction`);
  }
  if (ALONE.test(sql) && !ALONE_STATEMENT.test(statement)) {
    problems.push(
      `${name} outside a transaction: it is one statement, create index concurrently if not exists or drop index concurrently if exists`,
    );
  }
  return problems;
}
