import { type Command, InvalidArgumentError } from "commander";
import { AppError } from "#lib/base/app-error.ts";
import { fenFromYuan } from "#lib/base/fen.ts";
import { SCENES } from "#lib/contract/scene.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { rebuildLearner } from "#lib/storage/learner/learner-rebuild.ts";
import { setMoneyKnown, switchLearner } from "#lib/storage/learner/learner-settings.ts";
import { decisionAbout, learnerStatus } from "#lib/storage/learner/learner-status.ts";
import { HOME_LANGUAGE, type Language } from "#lib/texts/language.ts";
import { decisionSentence } from "#lib/texts/learner-decision.ts";
import { type CommandReport, languageOption, type OutputOptions, reportOn, table, withDatabase } from "./command.ts";

const ACTOR = "command line";
const change = () => ({ actor: ACTOR, at: systemClock.now() });

interface ExplainOptions extends OutputOptions {
  readonly lang: Language;
}

interface RebuildOptions extends OutputOptions {
  readonly check?: boolean;
}

export function addLearnerCommands(program: Command): void {
  const learner = program.command("learner").description("which optional offer an order gets, and what was learned");
  learner
    .command("status")
    .description("show the switch, the known margins, and what was decided and learned")
    .option("--json", "answer as JSON")
    .action((options: OutputOptions) => reportOn(options, status));
  learner
    .command("explain")
    .description("explain why an order got its optional offer, or none")
    .argument("<order>", "the order's id")
    .addOption(languageOption(HOME_LANGUAGE))
    .option("--json", "answer as JSON")
    .action((orderId: string, options: ExplainOptions) => reportOn(options, () => explainOrder(orderId, options)));
  for (const word of ["on", "off"] as const) {
    learner
      .command(word)
      .description(
        word === "on" ? "choose optional offers again" : "stop choosing optional offers; takes effect within seconds",
      )
      .option("--json", "answer as JSON")
      .action((options: OutputOptions) => reportOn(options, () => turn(word === "on")));
  }
  learner
    .command("margin")
    .description("set what you earn of the price before any discount; without it nothing is offered")
    .argument("<scene>", `default, or one of ${SCENES.join(", ")}`, parseScene)
    .argument("<percent>", "0 to 100, at most two decimals; `unknown` removes it", parsePercent)
    .option("--json", "answer as JSON")
    .action((scene: string, bps: number | null, options: OutputOptions) =>
      reportOn(options, () => setMoney({ margins: { [scene]: bps } })),
    );
  learner
    .command("cost")
    .description("set what one piece of an article costs you; it overrides the margin")
    .argument("<sku>", "the article's number in your orders")
    .argument("<yuan>", "at most two decimals; `unknown` removes it", parseCost)
    .option("--json", "answer as JSON")
    .action((sku: string, fen: number | null, options: OutputOptions) =>
      reportOn(options, () => setMoney({ costs: { [sku]: fen } })),
    );
  learner
    .command("rebuild")
    .description("relearn everything from the beginning; a different result becomes the next model")
    .option("--check", "only compare, bit for bit; exits with 1 if it differs")
    .option("--json", "answer as JSON")
    .action((options: RebuildOptions) => reportOn(options, () => rebuild(options.check === true)));
}

async function status(): Promise<CommandReport> {
  const value = await withDatabase(({ database: { pool } }) => learnerStatus(pool));
  const { settings, model, decisions, outcomes, lambda } = value;
  const why = settings.stoppedBy === "stop_loss" ? " (it stopped itself: offers did harm)" : "";
  const margins = Object.entries(settings.margins).map(([scene, bps]) => `${scene} ${bps / 100} %`);
  const text = [
    `switch     ${settings.enabled ? "on" : "off"}${why}`,
    `holdout    ${settings.holdout * 100} %`,
    `margins    ${margins.join(", ") || "unknown: nothing is offered"}`,
    `costs      ${Object.keys(settings.costs).length} articles`,
    `decisions  ${decisions.made}, of which ${decisions.offered} with an offer`,
    `learned    ${model.folded} of ${outcomes} outcomes, model ${model.version}, price of money ${lambda.toFixed(3)}`,
  ];
  return { value, text: text.join("\n") };
}

async function explainOrder(orderId: string, { lang }: ExplainOptions): Promise<CommandReport> {
  const decision = await withDatabase(({ database: { pool } }) => decisionAbout(pool, orderId));
  if (decision === null) throw new AppError("not_found", "nothing was decided about this order");
  const { arms, modelVersion, lambda } = decision;
  const sentence = decisionSentence(decision, lang);
  const rows = arms.map(({ id, probability, pays, costFen }) => [
    id,
    `${(probability * 100).toFixed(1)} %`,
    `${(pays * 100).toFixed(1)} %`,
    String(costFen),
  ]);
  const weighed = table(["offer", "probability", "expected to pay", "cost (fen)"], rows);
  return {
    value: { ...decision, sentence },
    text: `${sentence}\n\n${weighed}\nmodel ${modelVersion}, price of money ${lambda.toFixed(3)}`,
  };
}

async function turn(enabled: boolean): Promise<CommandReport> {
  const changed = await withDatabase(({ database: { pool } }) => switchLearner(pool, enabled, change()));
  const word = enabled ? "on" : "off";
  return { value: { enabled, changed }, text: changed ? `the learner is ${word}` : `the learner was ${word} already` };
}

async function setMoney(money: Parameters<typeof setMoneyKnown>[1]): Promise<CommandReport> {
  await withDatabase(({ database: { pool } }) => setMoneyKnown(pool, money, change()));
  return { value: money, text: "kept" };
}

async function rebuild(checkOnly: boolean): Promise<CommandReport> {
  const rebuilt = await withDatabase(({ database: { pool } }) =>
    rebuildLearner(pool, { write: !checkOnly, at: systemClock.now() }),
  );
  const { isSame, version, outcomes } = rebuilt;
  const text = isSame
    ? `model ${version} is what its ${outcomes} outcomes give, bit for bit`
    : checkOnly
      ? `model ${version} is not what its outcomes give`
      : `learned anew from ${outcomes} outcomes: model ${version}`;
  return { ok: isSame || !checkOnly, value: rebuilt, text };
}

const UNKNOWN = "unknown";

function parseScene(text: string): string {
  if (text === "default" || SCENES.some((scene) => scene === text)) return text;
  throw new InvalidArgumentError(`must be default or one of ${SCENES.join(", ")}`);
}

function parsePercent(text: string): number | null {
  if (text === UNKNOWN) return null;
  const bps = /^\d{1,3}(\.\d{1,2})?$/.test(text) ? Math.round(Number(text) * 100) : Number.NaN;
  if (bps >= 0 && bps <= 10_000) return bps;
  throw new InvalidArgumentError("must be 0 to 100 with at most two decimals");
}

function parseCost(text: string): number | null {
  if (text === UNKNOWN) return null;
  const fen = fenFromYuan(text);
  if (fen !== null) return fen;
  throw new InvalidArgumentError("must be yuan with at most two decimals");
}
