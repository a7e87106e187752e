import type { Words } from "../words.ts";

/** The pages under /docs. */
export const docs = {
  name: "开发文档",
  skip: "跳到正文",
  guides: "指南",
  allGuides: "全部指南",
  onThisPage: "本页内容",
  reference: "API 参考",
  previous: "上一篇",
  next: "下一篇",
  language: "语言",
  asMarkdown: "查看 Markdown 原文",
  copy: "复制",
  copied: "已复制",
  table: "表格",
  notFoundTitle: "没有这一页",
  notFoundHint: "地址可能写错了，或者这一页换了名字。下面是全部指南：",
} as const;

export type DocsText = Words<typeof docs>;
