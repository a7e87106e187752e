import { Script } from "node:vm";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { KEYPAD_SCRIPT } from "../collect/keypad-script.ts";
import { BEHAVIOUR_SCRIPT } from "./behaviour-script.ts";
import { BRIDGE_SCRIPT } from "./bridge-script.ts";
import { CORRECT_SCRIPT } from "./correct-script.ts";
import { InlineScript } from "./inline-script.tsx";
import { RECEIPT_PICTURE_SCRIPT } from "./receipt-picture-script.ts";
import { WATCH_SCRIPT } from "./watch-script.ts";

test.each([
  ["behaviour", BEHAVIOUR_SCRIPT],
  ["bridge", BRIDGE_SCRIPT],
  ["correct", CORRECT_SCRIPT],
  ["watch", WATCH_SCRIPT],
  ["receipt picture", RECEIPT_PICTURE_SCRIPT],
  ["keypad", KEYPAD_SCRIPT],
])("the lines of %s are a script still when they stand in one line", (_name, lines) => {
  expect(lines).not.toContain("'");
  const tag = renderToStaticMarkup(<InlineScript nonce="n" lines={lines} data={{ "data-x": "1" }} />);
  const [, sent = ""] = /^<script nonce="n" data-x="1">(.*)<\/script>$/s.exec(tag) ?? [];
  expect(sent).not.toMatch(/["\n]/);
  expect(() => new Script(sent)).not.toThrow();
});
