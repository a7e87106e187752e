import { expect, test } from "vitest";
import { handoverNews } from "./use-handover.ts";

test.each([
  ["the same code", "native.1.a", "native.1.a", "same"],
  ["no code yet", null, "native.1.a", "same"],
  ["a code opened again", "native.1.a", "native.1.b", "replaced"],
  ["a new price or account", "native.1.a", "native.2.c", "replaced"],
  ["the two hours over, or closed for another way", "native.1.a", null, "ended"],
  ["another way, on another device", "native.1.a", "h5.2.c", "elsewhere"],
  ["a channel whose name begins alike", "native.1.a", "nativex.2.c", "elsewhere"],
])("what is shown, compared with what can be paid with: %s", (_, named, current, news) => {
  expect(handoverNews({ channel: "native", handover: named }, named, current)).toBe(news);
});
