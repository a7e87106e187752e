import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseFlatXml, writeXml, XmlProblem } from "./xml.ts";

const parse = (text: string) => Object.fromEntries(parseFlatXml(Buffer.from(text)));

describe("reading", () => {
  test("takes CDATA, plain text, the five entities and character references; outer spaces stay", () => {
    const text =
      "<?xml version='1.0'?>\n<xml>\n <a><![CDATA[ 1<2 ]]></a><b> &lt;&amp;&#65;&#x4e2d;</b><c/><d></d>\n</xml>\n";
    expect(parse(text)).toEqual({ a: " 1<2 ", b: " <&A中", c: "", d: "" });
  });

  test.each([
    ["a document type", "<!DOCTYPE xml><xml><a>1</a></xml>"],
    ["an entity of its own", '<!DOCTYPE x [<!ENTITY e "1">]><xml><a>&e;</a></xml>'],
    ["an unknown entity", "<xml><a>&nbsp;</a></xml>"],
    ["a bare ampersand", "<xml><a>1 & 2</a></xml>"],
    ["a reference to nothing", "<xml><a>&#0;</a></xml>"],
    ["a reference beyond Unicode", "<xml><a>&#x110000;</a></xml>"],
    ["an element twice", "<xml><a>1</a><a>2</a></xml>"],
    ["nesting", "<xml><a><b>1</b></a></xml>"],
    ["another root", "<root><a>1</a></root>"],
    ["two roots", "<xml></xml><xml></xml>"],
    ["something after it", "<xml></xml>x"],
    ["an attribute", '<xml><a b="1">1</a></xml>'],
    ["a comment", "<xml><!-- --><a>1</a></xml>"],
    ["text between elements", "<xml>1<a>1</a></xml>"],
    ["no end", "<xml><a>1</a>"],
    ["another end", "<xml><a>1</b></xml>"],
    ["JSON", "{}"],
    ["nothing", ""],
    ["]]> in plain text", "<xml><a>]]></a></xml>"],
    ["too much", `<xml><a>${"x".repeat(65_536)}</a></xml>`],
  ])("refuses %s", (_, text) => {
    expect(() => parse(text)).toThrow(XmlProblem);
  });

  test("refuses bytes that are no UTF-8", () => {
    expect(() => parseFlatXml(Buffer.from("<xml><a>\xff</a></xml>", "latin1"))).toThrow(XmlProblem);
  });
});

test("reads what it writes, for any content", () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
  const fields = fc.dictionary(
    name,
    fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed()),
    { noNullPrototype: true },
  );
  const property = fc.property(fields, (some) => {
    expect(parse(writeXml(some))).toEqual({ ...some });
  });
  fc.assert(property);
});
