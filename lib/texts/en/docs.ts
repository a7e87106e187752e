import type { DocsText } from "../zh-CN/docs.ts";

export const docs: DocsText = {
  name: "Documentation",
  skip: "Skip to the content",
  guides: "Guides",
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
  contents: "Contents",
  referenceLead:
    "Every call with its parameters and all of its answers, made from the same definitions that check the requests.",
  machine: "For programs:",
  calls: "Calls",
  tryTitle: "Try it here",
  tryHint:
    "This is the sandbox: no real money moves. Make a key with `npm run -s cli -- keys create --name try`, enter it below, then open any call and choose “Try it out”.",
  tryOff:
    "This installation takes real payments, so nothing can be sent from this page. Try calls in the sandbox: `npm start` without a WeChat Pay configuration.",
  key: "API key",
  keyHint: "It stays in the memory of this tab and is gone after a reload.",
  loading: "Loading the calls…",
  failed: "The calls could not be loaded. Reload the page, or open the OpenAPI document itself.",
  errorsLead:
    "Errors are RFC 9457 problem details; `code` stays the same. The guide tells the cause of each and what to do.",
  basics: "Authentication, scopes and rules",
  noScript: "Trying calls needs JavaScript. These are all of them:",
};
