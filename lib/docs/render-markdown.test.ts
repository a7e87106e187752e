import { expect, test } from "vitest";
import { renderMarkdown } from "./render-markdown.ts";

const html = (markdown: string) => renderMarkdown(markdown, { copy: "Copy", table: "Table" }).html;

test("HTML is shown as text, and comments are left out", () => {
  expect(html("a <script>alert(1)</script> b")).toBe("<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>\n");
  expect(html("<img src=x onerror=alert(1)>\n\nb")).toBe("&lt;img src=x onerror=alert(1)&gt;<p>b</p>\n");
  expect(html("<!-- not <b>shown</b> -->\n\nb")).toBe("<p>b</p>\n");
});

test.each([
  ["[a](webhooks.md#retries)", "webhooks#retries"],
  ["[a](webhooks.md)", "webhooks"],
  ["[a](#here)", "#here"],
  ["[a](/docs)", "/docs"],
  ['[a](https://x.example/?a="b"&c=d)', "https://x.example/?a=&quot;b&quot;&amp;c=d"],
])("%s leads to %s", (markdown, href) => {
  expect(html(markdown)).toBe(`<p><a href="${href}">a</a></p>\n`);
});

test.each(["javascript:alert(1)", "data:text/html,x", "//elsewhere.example", "../../README.md", "vbscript:x"])(
  "%s is no link",
  (href) => {
    expect(html(`[a](${href})`)).toBe("<p>a</p>\n");
  },
);

test("headings have the ids that GitHub gives them, each once", () => {
  const { headings } = renderMarkdown("# T\n\n## A `b` c!\n\n## 支付 一笔\n\n### A `b` c!\n", { copy: "", table: "" });
  expect(headings.map(({ depth, id }) => [depth, id])).toEqual([
    [2, "a-b-c"],
    [2, "支付-一笔"],
    [3, "a-b-c-1"],
  ]);
});

test("a block of code names its language, keeps every sign, and brings a button that scripts may show", () => {
  expect(html('```sh run "x"\necho "<a>" & b\n```')).toBe(
    '<div class="code" data-language="sh"><pre tabindex="0"><code>echo &quot;&lt;a&gt;&quot; &amp; b\n</code></pre><button type="button" hidden>Copy</button></div>\n',
  );
});

test("a table may be scrolled by itself, and each cell knows its column", () => {
  expect(html("| `a` | |\n|---|---|\n| `b` | c |\n")).toBe(
    '<div class="wide" role="group" tabindex="0" aria-label="Table"><table role="table"><thead><tr role="row"><th role="columnheader"><code>a</code></th><td role="cell"></td></tr></thead><tbody><tr role="row"><td role="cell" data-label="a"><code>b</code></td><td role="cell">c</td></tr></tbody></table></div>\n',
  );
});
