// Trains the text model of the scenes from the labelled rows in the repository and writes it back as a module.
// A module and not a data file, because it must load the same way in plain Node and in a bundle.
import { readFile, writeFile } from "node:fs/promises";
import { readLabelled, trainTextModel } from "#lib/lab/scene/train-text-model.ts";

const SCENE = new URL("../intelligence/scene/", import.meta.url);
const DATA = new URL("../lab/scene/data/", import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, DATA), "utf8");

const rows = [
  ...readLabelled(await read("items.jsonl"), "item"),
  ...readLabelled(await read("merchants.jsonl"), "merchant"),
];
const { model, byFolds, byOrigin } = trainTextModel(rows);

const text = `// Written by lib/bin/train-scene.ts from lib/lab/scene/data; do not edit.
import type { PackedModel } from "./pack-text-model.ts";

export const TEXT_MODEL: PackedModel = JSON.parse(
  '${JSON.stringify(model)}',
);
`;
await writeFile(new URL("text-model.ts", SCENE), text);
console.table({ "five folds": byFolds, "source left out": byOrigin });
console.log(`temperature ${model.temperature}, ${Math.round(text.length / 1024)} KB`);
