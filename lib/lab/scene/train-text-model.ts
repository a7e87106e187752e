import { type PackedModel, packModel } from "../../intelligence/scene/pack-text-model.ts";
import { FEATURE_BITS, type LabelledText, TEXT_KINDS } from "../../intelligence/scene/text-features.ts";
import { fitTextModel } from "./fit-text-model.ts";
import { fitTemperature, judgeByFolds, judgeLeftOut, type TextFigures, textFigures } from "./measure-text.ts";

/** A row as it lies in the data files, with where it came from. */
export interface SourcedText extends LabelledText {
  readonly origin: string;
}

export interface TrainedText {
  readonly model: PackedModel;
  readonly byFolds: TextFigures;
  readonly byOrigin: TextFigures;
}

/**
 * Reads the lines of a data file.
 * @throws when a line has an unknown scene or no licence: such rows must not teach what we ship
 */
export function readLabelled(lines: string, source: "item" | "merchant"): SourcedText[] {
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const row: { text: string; scene: string; src: string; lic: string } = JSON.parse(line);
      const kind = TEXT_KINDS.find((known) => known === row.scene);
      if (kind === undefined || row.lic === "none") throw new Error(`not a row to train on: ${line}`);
      return { text: row.text, kind, source, origin: row.src };
    });
}

/** Rows of one source stand together in the files; a fixed stride spreads them over the folds. */
function spread(rows: readonly SourcedText[]): SourcedText[] {
  const stride = 7;
  return Array.from({ length: stride }, (_, from) => rows.filter((_row, at) => at % stride === from)).flat();
}

/** Everything the training does but reading and writing files: the same rows give the same answer. */
export function trainTextModel(rows: readonly SourcedText[]): TrainedText {
  const mixed = spread(rows);
  const judged = judgeByFolds(mixed);
  const temperature = fitTemperature(judged);
  const leftOut = judgeLeftOut(mixed, (row) => row.origin);
  return {
    model: packModel(fitTextModel(mixed), { kinds: TEXT_KINDS, bits: FEATURE_BITS, temperature }),
    byFolds: textFigures(judged, temperature),
    byOrigin: textFigures(leftOut, temperature),
  };
}
