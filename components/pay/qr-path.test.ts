import { encode } from "uqr";
import { expect, test } from "vitest";
import { drawCode } from "./qr-path.ts";

test.each(["weixin://wxpay/bizpayurl?pr=FpWdXk7zz", "https://pay.example/pay/ord_01m82t2yv439dfwyzxeabcdefg", "1"])(
  "the path of %s covers the code's dark modules and nothing else",
  (text) => {
    const { size, path } = drawCode(text);
    const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
    let [x, y] = [0, 0];
    for (const [, move, dx = "0", dy = "0", run = "0"] of path.matchAll(/([Mm])(-?\d+) ?(-?[\d.]+)h(\d+)/g)) {
      [x, y] = move === "M" ? [Number(dx), Math.floor(Number(dy))] : [x + Number(dx), y + Number(dy)];
      for (let end = x + Number(run); x < end; x++) (drawn[y] ?? [])[x] = true;
    }
    expect(drawn).toEqual(encode(text, { ecc: "M", border: 0 }).data);
  },
);
