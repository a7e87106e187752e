import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { README_SCREENSHOTS, SCREENSHOT_BYTES_MAX } from "../../e2e/screenshots/names.ts";
import { lockProblems } from "../bin/lint/checks.mjs";

// Goal: source rules that no linter checks.
// Method: read the sources as text. Rules about wording look at strings, too.

const LINES_MAX = 400;
const PARAMETERS_MAX = 3;

interface Source {
  readonly file: string;
  readonly text: string;
  /** Without comments. */
  readonly words: string;
  /** Without comments and string contents. */
  readonly code: string;
}

const sources: readonly Source[] = ["app", "components", "lib", "e2e"].flatMap(read).map((file) => {
  const text = readFileSync(file, "utf8");
  return { file, text, words: strip(text, false), code: strip(text, true) };
});

function read(place: string): string[] {
  if (statSync(place, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(place, { recursive: true, encoding: "utf8" })
    .map((name) => path.posix.join(place, name.split(path.sep).join("/")))
    .filter((file) => /\.(tsx?|mjs|cjs|css)$/.test(file) && !/\.generated\.ts$/.test(file)); // Made by a tool.
}

function strip(text: string, alsoStrings: boolean): string {
  const tokens = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
  return text.replace(tokens, (token) => {
    if (token.startsWith("/")) return " ";
    return alsoStrings ? '""' : token;
  });
}

const isTest = (file: string): boolean => /\.test\.tsx?$|(^|\/)testing\/|^e2e\//.test(file);

function offenders(places: RegExp, pattern: RegExp, part: (source: Source) => string = ({ code }) => code): string[] {
  return sources
    .filter(({ file }) => places.test(file) && !isTest(file))
    .flatMap((source) => (part(source).match(pattern) ?? []).map((word) => `${source.file}: ${word}`));
}

test("core-is-pure: layers 0 and 1 read no clock, no random source and no environment", () => {
  const pure = /^lib\/(base|contract|payment\/domain|intelligence|lab)\//;
  const impure =
    /Date\.now|new Date\(\)|Math\.random|performance\.now|crypto\.(randomUUID|getRandomValues)|process\.|\bfetch\(/g;
  expect(offenders(pure, impure)).toEqual([]);
});

test("what is searched goes to LIKE by storage/like.ts, where its signs mean themselves", () => {
  const storage = /^(app|lib)\/(?!sandbox\/|storage\/like\.ts)/;
  const words = ({ words: text }: Source) => text;
  expect(offenders(storage, /\b(?:contains|startsWith|endsWith): (?!escapeLike\(|")[^\n]*/g, words)).toEqual([]);
  // By hand, in a pattern of one's own.
  expect(offenders(storage, /replaceAll\([^,\n]*[%_][^,\n]*, "\\\\[^\n]*/g, words)).toEqual([]);
});

test("wechat-names-stay-in-gateways: WeChat's field names appear only where its protocol is implemented", () => {
  const abroad = /^(app|components|lib)\/(?!gateways\/wechat\/|gateways\/memory|sandbox\/|contract\/)/;
  const wireNames =
    /\b(mchid|mch_id|sub_mchid|trade_state|trade_type|prepay_id|nonce_str|payer_total|time_expire|spbill_create_ip)\b/g;
  // The configuration file's own keys are WeChat's names for them (contract.md §2).
  const found = offenders(abroad, wireNames, ({ words }) => words).filter(
    (at) => !/^lib\/(config|texts)\/.*: mch_id$/.test(at),
  );
  expect(found).toEqual([]);
});

test("money is never divided or multiplied outside fen.ts, nor read by way of floating point", () => {
  const arithmetic = /\b\w*(?:Fen|fen)\b\)?\s*[*/]\s*[\w(]|[*/]\s*\w*(?:Fen|fen)\b|\bparseFloat\b/g;
  // The learner and its simulator weigh expectations; what they recommend becomes money only through fen.ts.
  const places = /^(app|components|lib)\/(?!base\/fen\.ts|intelligence\/learner\/|lab\/learner\/)/;
  expect(offenders(places, arithmetic)).toEqual([]);
});

// Words for people are in lib/texts, so that a new language is one folder and its name in lib/texts/language.ts.
const OTHER_CHINESE = [
  // What people write, and what it is recognised by.
  /^lib\/(lab|intelligence\/scene)\/|^lib\/intelligence\/page\/scene-facts\.ts$|^lib\/payment\/orders\/order-scene\.ts$/,
  /^lib\/auth\/password-strength\.ts$|^lib\/base\/fen\.ts$/,
  // WeChat's protocol: the columns of its bills, and what its servers are answered.
  /^lib\/reconcile\/read-(bill|fund-flow)\.ts$|^lib\/http\/wechat-reply\.ts$/,
  // Data of an imagined shop: the demo's and the API documentation's.
  /^lib\/contract\/(demo-shop|order|order-request|openapi\/\w+)\.ts$|^lib\/bin\/sandbox\.ts$|^lib\/tasks\/demo-collection-code\.ts$/,
];

/** Text in quotes and in JSX, without comments and patterns. */
const shownText = ({ words }: Source): string =>
  words.replace(/(?<=[=(,:|&?[!]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n[])+\/[dgimsuvy]*/g, '""');

test("words for people are in lib/texts: no Chinese text elsewhere", () => {
  const places = /^(app|components|lib)\/(?!texts\/|sandbox\/)/;
  // Their punctuation too: an English sentence with a full-width colon looks broken.
  const found = offenders(places, /[^\s"'`]*(?:\p{Script=Han}|[：；，。、！？（）「」])[^\n"'`]*/gu, shownText);
  expect(found.filter((at) => !OTHER_CHINESE.some((place) => place.test(at.split(": ")[0] ?? "")))).toEqual([]);
});

test("no record is keyed by language outside lib/texts, and no language is told from another by name", () => {
  const places = /^(app|components|lib)\/(?!texts\/|sandbox\/)/;
  const keyed = /Record<Language\b|["'](?:zh-CN|zh-HK)["']|\b(?:zh|en):\s*["'`]|[=!]==? "en"|"en" [=!]==?/g;
  const isAboutMarkup = (at: string) => /^app\/global-error\.tsx: "zh-CN"$/.test(at);
  expect(offenders(places, keyed, ({ words }) => words).filter((at) => !isAboutMarkup(at))).toEqual([]);
});

test("what changes an order tells its watchers, and only after the commit", () => {
  const raising = sources
    .filter(({ file }) => /^lib\//.test(file) && !isTest(file))
    .flatMap(({ file, text }) =>
      (text.match(/`[^`]*version = (?:\w+\.)?version \+ 1[^`]*`/g) ?? []).map((sql) => ({ file, sql })),
    );
  expect(raising.length).toBeGreaterThan(5);
  const isTold = (sql: string) => sql.includes("changed_topic");
  // The part of a statement whose end tells; `BOOK` and `SETTLE` are made of it.
  expect(raising.filter(({ sql }) => !isTold(sql)).map(({ file }) => file)).toEqual([
    "lib/storage/paying/book-payment.ts",
  ]);
  expect(offenders(/^lib\//, /pg_notify\('[a-z_]+'|pg_notify/g, ({ words }) => words)).toEqual([
    "lib/storage/changed-orders.ts: pg_notify",
    // Tries out whether a notification arrives.
    "lib/storage/connection-checks.ts: pg_notify",
  ]);
  // The queue notifies in the transaction that adds a job; none of these moves money.
  const adding = offenders(/^lib\//, /graphile_worker\.add_job/g, ({ words }) => words).map((at) => at.split(":")[0]);
  expect([...new Set(adding)]).toEqual([
    "lib/storage/behaviour/shoppers.ts",
    "lib/storage/webhooks/redeliver.ts",
    "lib/storage/webhooks/webhook-deliveries.ts",
    "lib/storage/webhooks/webhook-endpoints.ts",
  ]);
  expect(readFileSync("prisma/schema.sql", "utf8")).not.toMatch(/add_job|pg_notify/);
});

test("no session of the pool keeps anything, since a pooler lends it for one transaction", () => {
  const kept =
    /pg_(?:try_)?advisory_(?:un)?lock\w*|["'`](?:un)?listen (?=\S)|["'`;] ?set (?!local|constraints|transaction)\w+ (?:=|to)|create temp\w*|with hold|deallocate|set_config\(/gi;
  expect(offenders(/^(app|lib)\/(?!texts\/)/, kept, ({ words }) => words)).toEqual([
    // On connections of their own, straight to Postgres.
    "lib/storage/connection-checks.ts: `listen ",
    "lib/storage/connection-checks.ts: `unlisten ",
    "lib/storage/database-owner.ts: pg_advisory_lock",
    "lib/storage/listen.ts: `listen ",
    "lib/storage/migrate.ts: pg_try_advisory_lock",
    "lib/storage/migrate.ts: `set lock_timeout =",
    "lib/storage/operations/write-ahead-log.ts: pg_try_advisory_lock",
  ]);
});

test("only what is looked at may come from a replica: pages and files of the dashboard, never what decides about money", () => {
  const wired =
    /^lib\/(?:storage\/replica\.ts|compose(?:-doctor)?\.ts|http\/container\.ts|ops\/doctor\/|config\/environment\.ts|base\/|bin\/|texts\/)|^app\/admin\/admin-request\.ts/;
  const all = offenders(/^(?:app|components|lib)\//, /\breplica\b|storage\/replica/gi, ({ words }) => words);
  const readers = all.filter((at) => !wired.test(at)).map((at) => at.split(": ")[0] ?? "");
  const lookedAt = /^app\/admin\/(?:look-page\.tsx|\(dashboard\)\/(?:home|trends|insights)\/read-\w+\.ts)$/;
  expect(readers.filter((file) => !lookedAt.test(file))).toEqual([]);
  const looking = offenders(/^(?:app|components|lib)\//, /\bopenLook\w*|\blookPage\b|\bLookRequest\b/g);
  const places =
    /^app\/admin\/(?:admin-request|look-page|\(dashboard\)\/(?:page|live|takings-names|(?:orders|refunds|trends|insights|statements|saved-views)\/(?!\[)[\w./-]+))\.tsx?: /;
  expect(looking.filter((at) => !places.test(at) && !/statements\/\[month\]/.test(at))).toEqual([]);
});

test("what a page asks for is given up in time", () => {
  const asking = sources.filter(({ file }) => /^(?:components|app)\/.*\.tsx?$/.test(file) && !isTest(file));
  const found = asking.flatMap(({ file, code }) =>
    [...code.matchAll(/(?<![\w.])fetch\(/g)].flatMap(({ index }) =>
      /\bsignal\b/.test(code.slice(index, index + 250)) ? [] : [file],
    ),
  );
  expect(found).toEqual([]);
});

test("what leaves the process takes its time from call-budgets.ts", () => {
  const ways =
    /(?<![\w.])(?:fetch|lookup|createConnection|connect)\((?=[^)])|\bdns\.lookup\(|\bhttps?\)?\.request\(|\bsender\.request\(|\bcreateTransport\(|\bnew (?:S3mini|OTLPTraceExporter)\(/;
  // Not: browsers, the launcher, what measures, the sandbox and the SDK. The database has its own times, in lib/storage/client.ts.
  const server = /^(?:app|lib)\/(?!pay\/lane\/client|bin\/(?!cli\/)|docs\/|lab\/|sandbox\/|sdk\/|storage\/)/;
  const leaving = sources.filter(({ file, code }) => server.test(file) && !isTest(file) && ways.test(code));
  expect(leaving.length).toBeGreaterThan(10);
  const unbudgeted = leaving.filter(({ text }) => !text.includes("base/call-budgets.ts")).map(({ file }) => file);
  // Both are given theirs by who calls them.
  expect(unbudgeted.sort()).toEqual(["lib/notifications/channels/mail-server.ts", "lib/outbound/post.ts"]);
  // What a command of the sandbox waits for has no call of its own.
  const givesTime = offenders(
    server,
    /\btimeoutMs: (?!(?:deps\.timeoutMs \?\? )?[A-Z]+_CALLS\.|number\b|context\.|TRIGGER_)[^,}\n]+/g,
  );
  expect(givesTime).toEqual([]);
});

test("only lib/config and lib/bin read the environment", () => {
  expect(offenders(/^(app|components|lib)\/(?!config\/|bin\/)/, /process\.env\b/g)).toEqual([]);
});

test("only the bounded readers read request bodies", () => {
  const readers = /^lib\/(http\/read-request\.ts|bin\/web\/request-body\.ts)$/;
  const reading =
    /\b(?:request|req|incoming|response)\s*\.\s*(?:formData|json|text|arrayBuffer|blob|bytes|body)\b|\.formData\(|\bincoming\.(?:on|once)\("data"/g;
  const found = offenders(/^(app|lib\/http|lib\/bin\/web)\//, reading, ({ words }) => words);
  expect(found.filter((at) => !readers.test(at.split(": ")[0] ?? ""))).toEqual([
    // Hands the stream to the bounded reader.
    "lib/http/web-adapter.ts: request.body",
  ]);
});

test("what starts before the packages are installed imports only Node's own modules", () => {
  const scripts = Object.values(JSON.parse(readFileSync("package.json", "utf8")).scripts as Record<string, string>);
  const reached = scripts.flatMap((script) => /lib\/bin\/\S+\.mjs/.exec(script)?.[0] ?? []);
  const packages: string[] = [];
  for (const file of reached) {
    const { words = "" } = sources.find((source) => source.file === file) ?? {};
    for (const [, name = ""] of words.matchAll(/^(?:import|export)\s(?:[^;"=]*\sfrom\s)?"([^"]+)";$/gm)) {
      if (!name.startsWith(".")) packages.push(...(name.startsWith("node:") ? [] : [`${file}: ${name}`]));
      else if (!reached.includes(path.posix.join(path.posix.dirname(file), name)))
        reached.push(path.posix.join(path.posix.dirname(file), name));
    }
  }
  expect(packages).toEqual([]);
  expect(reached).toContain("lib/bin/launch/build.mjs");
  expect(reached.filter((file) => !sources.some((source) => source.file === file))).toEqual([]);
});

test("no check is suppressed, no test is skipped, no TODO is left", () => {
  const loose =
    /@ts-(ignore|expect-error|nocheck)|biome-ignore|\bas any\b|\b(TODO|FIXME|XXX)\b|\b(test|it|describe)\.(skip|only|todo)\(/g;
  const found = sources
    .filter(({ file }) => file !== "lib/testing/source-rules.test.ts")
    .flatMap(({ file, text }) => (text.match(loose) ?? []).map((word) => `${file}: ${word}`));
  expect(found).toEqual([]);
});

test(`files have at most ${LINES_MAX} lines`, () => {
  const linesOf = ({ text }: Source) => text.trimEnd().split("\n").length;
  const long = sources.filter((source) => linesOf(source) > LINES_MAX).map(({ file }) => file);
  expect(long).toEqual([]);
});

test(`functions have at most ${PARAMETERS_MAX} parameters`, () => {
  const heads =
    /\bfunction\s*\w*\s*(?:<[^()]*>)?\(([^()]*)\)|(?:=|return)\s*(?:async\s*)?(?:<[^()]*>)?\(([^()]*)\)(?::[^=;{}]*)?\s*=>/g;
  const found = sources
    .filter(({ file }) => !isTest(file))
    .flatMap(({ file, code }) =>
      [...code.matchAll(heads)]
        .map(([head, a, b]) => ({ head, parameters: topLevelParts(a ?? b ?? "") }))
        .filter(({ parameters }) => parameters > PARAMETERS_MAX)
        .map(({ head }) => `${file}: ${head.slice(0, 80)}`),
    );
  expect(found).toEqual([]);
});

function topLevelParts(list: string): number {
  let depth = 0;
  let parts = list.trim() === "" ? 0 : 1;
  for (const [index, letter] of [...list.trim().replace(/,$/, "")].entries()) {
    if ("<{[(".includes(letter)) depth++;
    if (">}])".includes(letter) && list[index - 1] !== "=") depth--;
    if (letter === "," && depth === 0) parts++;
  }
  return parts;
}

test("no two files declare a type of the same name; the SDK, a package of its own, names its types as its users do", () => {
  const files = new Map<string, string[]>();
  for (const { file, code } of sources.filter(({ file }) => /\.tsx?$/.test(file) && !file.startsWith("lib/sdk/"))) {
    for (const [, name = ""] of code.matchAll(/^(?:export )?(?:type|interface) ([A-Z]\w*)/gm)) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  const repeated = [...files].filter(([, places]) => new Set(places).size > 1);
  expect(repeated.map(([name, places]) => `${name}: ${places.join(", ")}`)).toEqual([]);
});

test("the lockfile is complete and names no registry host", () => {
  expect(lockProblems("package-lock.json")).toEqual([]);
});

test("every decision is in the index", () => {
  const folder = "lib/decisions";
  const index = readFileSync(`${folder}/README.md`, "utf8");
  const pages = readdirSync(folder).filter((name) => name !== "README.md");
  expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

test("every test and source file that a document names is there", () => {
  const documents = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "lib/lab/README.md"].concat(
    readdirSync("lib/decisions").map((name) => `lib/decisions/${name}`),
  );
  const files = ["app", "components", "lib", "e2e", "prisma"].flatMap((place) =>
    readdirSync(place, { recursive: true, encoding: "utf8" }).map(
      (name) => `/${place}/${name.split(path.sep).join("/")}`,
    ),
  );
  const missing = documents.flatMap((document) =>
    [
      ...readFileSync(document, "utf8").matchAll(
        /`([\w./-]+\.(?:test|spec|db\.test)\.tsx?|(?:lib|app|e2e)\/[\w./-]+\.\w+)`/g,
      ),
    ]
      .map(([, name = ""]) => name)
      .filter((name) => !/^x\./.test(name) && !files.some((file) => file.endsWith(`/${name}`)))
      .map((name) => `${document}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test("both READMEs show exactly the pictures that npm run screenshots takes, and each is small", () => {
  const folder = ".github/screenshots";
  const taken = README_SCREENSHOTS.map((name) => `${folder}/${name}`).sort();
  for (const document of ["README.md", "README.zh-CN.md"]) {
    const shown = readFileSync(document, "utf8").matchAll(/(?:src="|!\[[^\]]*\]\()([^")]+)/g);
    expect([...shown].map(([, file = ""]) => file).sort(), document).toEqual(taken);
  }
  expect(
    readdirSync(folder)
      .map((name) => `${folder}/${name}`)
      .sort(),
  ).toEqual(taken);
  expect(taken.filter((file) => statSync(file).size > SCREENSHOT_BYTES_MAX)).toEqual([]);
});
