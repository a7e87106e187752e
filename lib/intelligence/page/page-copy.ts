import { type Language, textsIn } from "#lib/texts/language.ts";
import type { PageCopy, PageSceneInput } from "./page-types.ts";

/** What the head of the page says: which sale it is, and the one thing to do. */
export function writeCopy(scene: PageSceneInput, language: Language): PageCopy {
  const { titles, items, anyItems, actions, donate, hints, ownAddress, steps } = textsIn(language).page;
  const shown = scene.fallback ? "other" : scene.scene;
  const pays = scene.channel === "jsapi" || scene.channel === "miniprogram";
  const action = shown === "donation" && pays ? donate : actions[scene.channel];
  return {
    title: titles[shown],
    itemsTitle: items[shown] ?? anyItems,
    action: scene.ownAddressQr === true ? "" : action,
    hint: scene.ownAddressQr === true ? ownAddress : hints[scene.channel],
    steps: scene.channel === "guide" ? steps : [],
  };
}
