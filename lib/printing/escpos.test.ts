import { expect, test } from "vitest";
import { escposOf } from "./escpos.ts";
import { layOut } from "./paper.ts";

// Goal: Chinese comes out in the printer's Chinese mode as GBK. The whole is read back by the sandbox's printer in print.db.test.ts.

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("the printer is reset, set to Chinese, and gets two bytes a character", () => {
  const bytes = hex(escposOf(layOut([{ kind: "text", text: "实付38" }], 58), 58));
  // ESC @ leaves the Chinese mode on many printers, so FS & comes after it and before the text.
  expect(bytes).toMatch(/^1b40.*1c26.*cab5b8b63338/);
  expect(bytes.lastIndexOf("1c2e")).toBeLessThan(bytes.indexOf("1c26"));
  // No code page of single bytes is chosen in between, and the paper is cut at the end.
  expect(bytes).not.toContain("1b74");
  expect(bytes).toMatch(/1d5601(0a|0d)*$/);
});
