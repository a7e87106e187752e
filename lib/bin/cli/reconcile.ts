import { type Command, InvalidArgumentError } from "commander";
import { type DayReport, type Discrepancy, sentenceOf } from "#lib/reconcile/index.ts";
import { HOME_LANGUAGE, type Language } from "#lib/texts/language.ts";
import { type CommandReport, languageOption, type OutputOptions, reportOn, withProduct } from "./command.ts";

interface ReconcileOptions extends OutputOptions {
  readonly date: string;
  readonly lang: Language;
}

export function addReconcileCommand(program: Command): void {
  program
    .command("reconcile")
    .description("compare a day with WeChat Pay's bill; changes no order and no refund")
    .requiredOption("--date <day>", "a Beijing day, such as 2026-07-01", parseDay)
    .addOption(languageOption(HOME_LANGUAGE))
    .option("--json", "answer as JSON")
    .action((options: ReconcileOptions) =>
      reportOn(options, () =>
        withProduct(async ({ reconciliation, settings }) =>
          shown(await reconciliation.run(options.date), { ...options, sandbox: settings.sandbox }),
        ),
      ),
    );
}

function shown(report: DayReport, { lang, sandbox }: ReconcileOptions & { readonly sandbox: boolean }): CommandReport {
  const { day, trades, refunds, otherApps, discrepancies, more } = report;
  const found = discrepancies.map((each) => described(each, lang));
  const lines = [
    ...(sandbox ? ["sandbox: no real money"] : []),
    `${day}  trades ${trades}  refunds ${refunds}  differences ${discrepancies.length + more}`,
    ...(otherApps > 0 ? [`${otherApps} more of other apps under this merchant number, not counted`] : []),
    ...found.map(({ kind, sentence }) => `✗ ${kind}: ${sentence}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
  return {
    ok: discrepancies.length + more === 0,
    // Marked, so that an export of the sandbox is never taken for real books.
    value: {
      date: day,
      trades,
      refunds,
      ...(otherApps > 0 ? { otherApps } : {}),
      discrepancies: found,
      ...(sandbox ? { sandbox } : {}),
    },
    text: lines.join("\n"),
  };
}

const described = (one: Discrepancy, lang: ReconcileOptions["lang"]) => ({
  kind: one.kind,
  ...(one.tradeNumber === null ? {} : { outTradeNo: one.tradeNumber }),
  ...(one.refundNumber === null ? {} : { outRefundNo: one.refundNumber }),
  ...(one.transactionId === null ? {} : { transactionId: one.transactionId }),
  ours: one.ours,
  theirs: one.theirs,
  sentence: sentenceOf(one, lang),
});

/** An existing day. */
function parseDay(text: string): string {
  const start = new Date(`${text}T00:00:00Z`);
  const exists = !Number.isNaN(start.getTime()) && start.toISOString().startsWith(`${text}T`);
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) && exists) return text;
  throw new InvalidArgumentError("must be a day, as 2026-07-01");
}
