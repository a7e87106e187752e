import type { DocsText } from "../zh-CN/docs.ts";

export const docs: DocsText = {
  name: "Documentation",
  skip: "Skip to the content",
  guides: "Guides",
  allGuides: "All guides",
  onThisPage: "On this page",
  reference: "API reference",
  previous: "Previous",
  next: "Next",
  language: "Language",
  asMarkdown: "View as Markdown",
  copy: "Copy",
  copied: "Copied",
  table: "Table",
  notFoundTitle: "There is no such page",
  notFoundHint: "The address may be misspelt, or the page has a new name. These are all guides:",
};
