import { type Language, textsIn } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import type { PageCopy, PageSceneInput } from "./page-types.ts";

/** What the head of the page says: which sale it is, and the one thing to do. */
export function writeCopy(scene: PageSceneInput, language: Language): PageCopy {
  const { titles, items, anyItems, actions, donate, hints, ownAddress, steps, inApp, apps } = textsIn(language).page;
  const shown = scene.fallback ? "other" : scene.scene;
  const pays = scene.channel === "jsapi" || scene.channel === "miniprogram";
  const action = shown === "donation" && pays ? donate : actions[scene.channel];
  const app = scene.channel === "guide" ? (scene.app ?? null) : null;
  const hint = app === null ? hints[scene.channel] : fill(inApp, { app: apps[app] });
  return {
    title: titles[shown],
    itemsTitle: items[shown] ?? anyItems,
    action: scene.ownAddressQr === true ? "" : action,
    hint: scene.ownAddressQr === true ? ownAddress : hint,
    steps: scene.channel === "guide" ? steps : [],
  };
}
