import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { type CollectTrouble, collectText, isTrouble } from "#lib/texts/collect.ts";
import { type AskedAmount, CollectForm } from "./collect-form.tsx";

// Goal: what is wrong stands beside its field, in words; what the shopper saw is what is sent.

const FREE: AskedAmount = { kind: "free", min: 100, max: 100_000, tellBounds: true };
const TROUBLES = Object.keys(collectText("en").troubles) as CollectTrouble[];

function form(
  more: { asked?: AskedAmount; trouble?: CollectTrouble; language?: "zh-CN" | "en"; app?: string; promo?: string } = {},
): string {
  const { asked = FREE, trouble = null, language = "zh-CN", app = null, promo = null } = more;
  return renderToStaticMarkup(
    <CollectForm
      text={collectText(language)}
      merchant={'小店 <"&>'}
      label="一号收银台"
      action="/c/aaaaaaaaaaaa/order"
      token="a-token"
      asked={asked}
      noteMax={50}
      trouble={trouble}
      promo={promo}
      typed={{ amount: '1"2', note: "靠窗" }}
      app={app}
      nonce="n"
    />,
  );
}

test("an amount to enter: for a keypad, with its bounds, and what was typed before", () => {
  const html = form();
  expect(html).toContain('inputMode="decimal"');
  expect(html).toContain("¥1.00 到 ¥1,000.00");
  expect(html).toContain('value="1&quot;2"');
  expect(html).toContain('value="靠窗"');
  expect(html).toContain("小店 &lt;&quot;&amp;&gt;");
  expect(html).toMatch(/<form [^>]*action="\/c\/aaaaaaaaaaaa\/order" method="post">/);
  expect(html).not.toContain('role="alert"');
});

test("a fixed amount: one button, and the amount that was shown", () => {
  const html = form({ asked: { kind: "fixed", fen: 1_280 } });
  expect(html).toContain('<input type="hidden" name="amount" value="12.80"/>');
  expect(html).toContain("付款 ¥12.80</button>");
  expect(html).not.toContain('type="text"');
});

test("a promotion code of the sign is named, as text", () => {
  expect(form({ promo: "TEA-<b>" })).toContain("优惠码 TEA-&lt;b&gt; 会在下一步自动使用");
  expect(form()).not.toContain("优惠码");
});

describe("what is wrong", () => {
  test.each(TROUBLES.flatMap((trouble) => (["zh-CN", "en"] as const).map((language) => ({ trouble, language }))))(
    "$trouble is said once, in whole words, in $language",
    ({ trouble, language }) => {
      const html = form({ trouble, language });
      expect(html.match(/role="alert"/g)).toHaveLength(1);
      expect(html).not.toMatch(/\{\w+\}/);
    },
  );

  test.each([
    ["below", "amount-wrong"],
    ["note", "note-wrong"],
  ] as const)("%s belongs to its field", (trouble, id) => {
    const html = form({ trouble });
    expect(html).toMatch(new RegExp(`aria-invalid="true" aria-describedby="${id}"`));
    expect(html).toContain(`<p id="${id}" role="alert"`);
    expect(html.match(/aria-invalid="true"/g)).toHaveLength(1);
  });

  test("only what we know is read from an address", () => {
    expect([isTrouble("below"), isTrouble("toString"), isTrouble(undefined)]).toEqual([true, false, false]);
  });
});
