import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { SmallMultiple } from "./small-multiple.tsx";

const WORDS = { table: "Data", time: "Time", value: "Value", nothing: "none" };

const drawn = (isOpen: boolean): string =>
  renderToStaticMarkup(
    <SmallMultiple
      {...{ title: "Payments", explain: "Paid orders", now: "3", note: "peak 3", mark: null, words: WORDS, isOpen }}
      values={[null, null, 0, 3, null]}
      moments={["09:00", "09:01", "09:02", "09:03", "09:04"]}
      texts={[null, null, "0", "3", null]}
    />,
  );

test("a page of curves carries their bars, and the figures of none until somebody asks", () => {
  expect(drawn(false)).not.toContain("<table");
  // The highest value reaches to the top; nothing has no bar; what is not known is one block for each stretch.
  expect([...drawn(false).matchAll(/ d="([^"]*)"/g)].map(([, path]) => path)).toEqual([
    "M0 0h8v40H0zM16 0h4v40H16z",
    "M12.5 40v-38.0h3v38.0z",
  ]);
});

test("without scripts a link asks for all of them", () => {
  const rows = [...drawn(true).matchAll(/<td[^>]*>([^<]*)<\/td><td[^>]*>([^<]*)<\/td>/g)];
  expect(rows.map(([, moment, value]) => `${moment} ${value}`)).toEqual([
    ...["09:00 none", "09:01 none", "09:02 0", "09:03 3", "09:04 none"],
  ]);
  expect(drawn(true)).toContain('<details class="group" open=""');
});
