import { readTakingsNames } from "#lib/storage/takings/takings-names.ts";
import { sceneText } from "#lib/texts/scene.ts";
import type { LookRequest } from "../look-page.tsx";

/** Words for the parts that takings are split into; the empty key is what has no such property. */
export async function takingsNames(
  { look, text, language }: Pick<LookRequest, "look" | "text" | "language">,
  dimension: string,
  keys: readonly string[],
): Promise<(key: string) => string> {
  const { orders } = text;
  if (dimension === "channel") return (key) => wordOf(orders.channels, key) ?? key;
  if (dimension === "scene") return (key) => wordOf(sceneText(language).names, key) ?? key;
  const known = keys.filter((key) => key !== "");
  const names = known.length === 0 ? new Map() : await readTakingsNames(look.pool, { dimension, keys: known });
  return (key) => (key === "" ? orders.without : (names.get(key) ?? key));
}

const wordOf = (words: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;
