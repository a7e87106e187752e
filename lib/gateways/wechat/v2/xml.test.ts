// Goal: the reader takes flat documents exactly as they were written, refuses everything else in XML, and no input makes it
// throw, hang or see what another reader does not see.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Transformer } from "wechatpay-axios-plugin";
import { V2_XML_BYTES_MAX, V2_XML_FIELDS_MAX } from "#lib/base/limits.ts";
import { parseFields, writeFields } from "./xml.ts";

const RUNS = 2_000;
const bytes = (text: string) => Buffer.from(text, "utf8");
const read = (text: string, root?: "xml" | "root") => {
  const fields = parseFields(bytes(text), root);
  return fields && Object.fromEntries(fields);
};

describe("what is read", () => {
  test.each([
    ["text", "<xml><a>x</a></xml>", { a: "x" }],
    ["CDATA as it stands", "<xml><a><![CDATA[<b>&amp;]] >]]></a></xml>", { a: "<b>&amp;]] >" }],
    ["the five entities", "<xml><a>&amp;&lt;&gt;&quot;&apos;</a></xml>", { a: "&<>\"'" }],
    ["an entity once only", "<xml><a>&amp;lt;</a></xml>", { a: "&lt;" }],
    ["characters by number", "<xml><a>&#33590;&#x1F375;&#10;</a></xml>", { a: "茶🍵\n" }],
    ["parts of a value in turn", "<xml><a> 1<![CDATA[ 2 ]]>&#51;<![CDATA[]]> </a></xml>", { a: " 1 2 3 " }],
    ["outer spaces of values", "<xml>\n <a>\t x \r\n</a>\n</xml>\n", { a: "\t x \r\n" }],
    ["numbers as text", "<xml><a>007</a><b>1e3</b><c> </c></xml>", { a: "007", b: "1e3", c: " " }],
    ["empty values", "<xml><a></a><b/><c><![CDATA[]]></c></xml>", { a: "", b: "", c: "" }],
    ["nothing at all", "<xml></xml>", {}],
    ["a declaration", '<?xml version="1.0" encoding="UTF-8"?>\n<xml><a>x</a></xml>', { a: "x" }],
    [
      "a declaration in all its parts",
      "<?xml \t version='1.0' \r\n encoding='utf-8'  standalone=\"yes\"  ?>\r\n\t <xml><a>x</a></xml>",
      { a: "x" },
    ],
    ["a declaration that says no", '<?xml version="1.0" standalone="no"?><xml><a>x</a></xml>', { a: "x" }],
    ["a byte order mark", "\ufeff<xml><a>x</a></xml>", { a: "x" }],
    ["spaces within tags", "<xml ><a >x</a\n></xml >", { a: "x" }],
    ["a field named as the root", "<xml><xml>x</xml></xml>", { xml: "x" }],
    ["a document type in CDATA", "<xml><a><![CDATA[<!DOCTYPE x>]]></a></xml>", { a: "<!DOCTYPE x>" }],
  ])("%s", (_name, text, fields) => {
    expect(read(text)).toEqual(fields);
  });

  test("names that objects have of their own are names like others", () => {
    const fields = parseFields(bytes("<xml><__proto__>x</__proto__><constructor>y</constructor></xml>"));
    expect([...(fields ?? [])]).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  test("each root by its own name", () => {
    expect(read("<root><a>x</a></root>", "root")).toEqual({ a: "x" });
    expect(read("<root><a>x</a></root>")).toBeNull();
    expect(read("<xml><a>x</a></xml>", "root")).toBeNull();
  });
});

describe("what is refused", () => {
  test.each([
    ["nothing", ""],
    ["text", "SUCCESS"],
    ["JSON", '{"return_code":"SUCCESS"}'],
    ["a document type", "<!DOCTYPE xml><xml><a>x</a></xml>"],
    ["a document type in other letters", "<!doctype xml [<!ENTITY e 'x'>]><xml><a>&e;</a></xml>"],
    [
      "a document type after the declaration",
      '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd"><xml></xml>',
    ],
    ["a document type within", "<xml><!DOCTYPE x><a>x</a></xml>"],
    ["an entity of its own", "<xml><a>&xxe;</a></xml>"],
    ["an entity of HTML", "<xml><a>&nbsp;</a></xml>"],
    ["an entity in capitals", "<xml><a>&AMP;</a></xml>"],
    ["an ampersand alone", "<xml><a>a & b</a></xml>"],
    ["a reference to NUL", "<xml><a>&#0;</a></xml>"],
    ["a reference to a control character", "<xml><a>x&#27;</a></xml>"],
    ["a reference to half a character", "<xml><a>&#xD800;</a></xml>"],
    ["a reference to the last half of a character", "<xml><a>&#xDFFF;</a></xml>"],
    ["a reference to no character", "<xml><a>&#x110000;</a></xml>"],
    ["a reference beyond all numbers", "<xml><a>&#99999999999999999999;</a></xml>"],
    ["a field twice", "<xml><total_fee>1</total_fee><total_fee>100</total_fee></xml>"],
    ["a field twice, once empty", "<xml><a/><a>x</a></xml>"],
    ["nesting", "<xml><a><b>x</b></a></xml>"],
    ["nesting after text", "<xml><a>x<b/></a></xml>"],
    ["attributes", '<xml><a b="c">x</a></xml>'],
    ["attributes of the root", '<xml xmlns="x"><a>x</a></xml>'],
    ["another root", "<html><a>x</a></html>"],
    ["the root in other letters", "<XML><a>x</a></XML>"],
    ["an empty root", "<xml/>"],
    ["an empty root that goes on", "<xml/><a>x</a></xml>"],
    ["a root that begins as another", "<html><a>x</a></xml>"],
    ["a declaration that stands alone perhaps", '<?xml version="1.0" standalone="maybe"?><xml></xml>'],
    ["a declaration with its parts run together", '<?xml version="1.0"standalone="yes"?><xml></xml>'],
    ["two roots", "<xml><a>x</a></xml><xml><a>y</a></xml>"],
    ["text behind", "<xml><a>x</a></xml>x"],
    ["a comment behind", "<xml><a>x</a></xml><!-- -->"],
    ["text before", "x<xml><a>x</a></xml>"],
    ["text between", "<xml>x<a>x</a></xml>"],
    ["CDATA between", "<xml><![CDATA[x]]><a>x</a></xml>"],
    ["comments", "<xml><!-- --><a>x</a></xml>"],
    ["comments in values", "<xml><a>x<!-- --></a></xml>"],
    ["instructions", "<xml><?php x?><a>x</a></xml>"],
    ["another encoding", '<?xml version="1.0" encoding="GBK"?><xml><a>x</a></xml>'],
    ["another version", '<?xml version="1.1"?><xml><a>x</a></xml>'],
    ["a declaration too late", ' <?xml version="1.0"?><xml></xml>'],
    ["the end of CDATA outside of it", "<xml><a>x]]></a></xml>"],
    ["CDATA without its end", "<xml><a><![CDATA[x</a></xml>"],
    ["CDATA in small letters", "<xml><a><![cdata[x]]></a></xml>"],
    ["a field without its end", "<xml><a>x</xml>"],
    ["a field that ends as another", "<xml><a>x</b></xml>"],
    ["a root that ends as another", "<xml><a>x</a></root>"],
    ["a root without its end", "<xml><a>x</a>"],
    ["an end with a slash too many", "<xml><a>x</a/></xml>"],
    ["a name that begins with a digit", "<xml><1a>x</1a></xml>"],
    ["a name with a colon", "<xml><a:b>x</a:b></xml>"],
    ["a name without end", `<xml><${"a".repeat(65)}>x</${"a".repeat(65)}></xml>`],
    ["NUL", "<xml><a>\u0000</a></xml>"],
    ["control characters in CDATA", "<xml><a><![CDATA[\u0008]]></a></xml>"],
    ["what is no character", "<xml><a>\uffff</a></xml>"],
  ])("%s", (_name, text) => {
    expect(read(text)).toBeNull();
  });

  test("bytes that are no UTF-8", () => {
    expect(parseFields(Buffer.from("<xml><a>\xff</a></xml>", "latin1"))).toBeNull();
    expect(parseFields(Buffer.from("<xml></xml>", "utf16le"))).toBeNull();
  });

  test("more than 64 KiB, or more fields than any message has", () => {
    const filled = (length: number) => `<xml><a>${"x".repeat(length - 20)}</a></xml>${" ".repeat(20 - 18)}`;
    expect(bytes(filled(V2_XML_BYTES_MAX))).toHaveLength(V2_XML_BYTES_MAX);
    expect(read(filled(V2_XML_BYTES_MAX))).not.toBeNull();
    expect(read(filled(V2_XML_BYTES_MAX + 1))).toBeNull();
    const many = (count: number) => `<xml>${Array.from({ length: count }, (_, at) => `<a${at}/>`).join("")}</xml>`;
    expect(parseFields(bytes(many(V2_XML_FIELDS_MAX)))?.size).toBe(V2_XML_FIELDS_MAX);
    expect(read(many(V2_XML_FIELDS_MAX + 1))).toBeNull();
  });
});

const legal = fc
  .string({ unit: "binary" })
  .map((text) => text.replaceAll(/[[\p{Cc}--[\t\n\r]]\ufffe\uffff\p{Cs}]/gv, ""));
const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/);
const fields = fc.dictionary(name, legal, { maxKeys: 12 }).map((all) => new Map(Object.entries(all)));

test("what we write, we and others read as it was", () => {
  fc.assert(
    fc.property(fields, (all) => {
      expect(parseFields(bytes(writeFields(all)))).toEqual(all);
    }),
    { numRuns: RUNS },
  );
  const simple = new Map([["body", "茶 & <tea> \"x\" 'y' ]]>"]]);
  expect(Transformer.toObject(writeFields(simple))).toEqual(Object.fromEntries(simple));
});

/** A value as WeChat or another might write it. */
const written = (value: string, how: number): string => {
  if (how % 3 === 0)
    return value
      .split("]]>")
      .map((part) => `<![CDATA[${part}]]>`)
      .join("]]&gt;");
  const numbered = [...value].map((each) => `&#x${(each.codePointAt(0) ?? 0).toString(16)};`).join("");
  return how % 3 === 1 ? numbered : value.replace(/[&<>]/g, (one) => `&#${one.charCodeAt(0)};`);
};

test("however it is written, it is read the same", () => {
  fc.assert(
    fc.property(fields, fc.nat(), (all, how) => {
      const lines = [...all].map(([key, value], at) => `<${key}>${written(value, how + at)}</${key}>`);
      expect(parseFields(bytes(`<xml>\n${lines.join("\n")}\n</xml>`))).toEqual(all);
    }),
    { numRuns: RUNS },
  );
});

/** Pieces of which both sound and broken documents come together. */
const pieces = fc.constantFrom(
  ..."<xml>|</xml>|<a>|</a>|<b>|</b>|<a/>|<![CDATA[|]]>|&amp;|&|;|<|>|x| |1|\n|<!DOCTYPE x>|<!--|-->|<?xml?>|]]".split(
    "|",
  ),
);
const soup = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
  fc.array(pieces, { maxLength: 20 }).map((parts) => `<xml><a>${parts.join("")}</a></xml>`),
  fc.string({ unit: "binary", maxLength: 200 }),
);

/** What fast-xml-parser sees in it; it trims parts of values, so they are compared without spaces. It leaves &#65; as it is. */
function seenByAnother(text: string): object {
  try {
    return Transformer.toObject(text) as object;
  } catch {
    return { refused: "there" };
  }
}

const withoutSpaces = (fields: object) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, String(value).replaceAll(/\s/g, "")]));

test("random documents: no exception, and nothing that another reader sees otherwise", () => {
  let accepted = 0;
  fc.assert(
    fc.property(soup, (text) => {
      const got = read(text);
      if (got === null) return;
      accepted++;
      // An empty document is "" there.
      expect(withoutSpaces(seenByAnother(text) || {})).toEqual(withoutSpaces(got));
    }),
    { numRuns: RUNS },
  );
  expect(accepted).toBeGreaterThan(RUNS / 100);
});
