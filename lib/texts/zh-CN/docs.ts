import type { Words } from "../words.ts";

/** The pages under /docs. */
export const docs = {
  name: "开发文档",
  skip: "跳到正文",
  guides: "指南",
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
  contents: "目录",
  referenceLead: "每一个接口、它的参数和全部回答，由检查请求的同一份定义生成。",
  machine: "机器可读：",
  calls: "接口",
  tryTitle: "在这里试用",
  tryHint:
    "这里连接的是沙箱，不会动用真实的钱。用 `npm run -s cli -- keys create --name try` 创建密钥，填在下面，再展开任意接口，点 Try it out。",
  tryOff: "这里是正式收款环境，所以本页不能发送请求。请在沙箱里试用：`npm start`，不要放入微信支付的配置。",
  key: "API 密钥",
  keyHint: "只留在这个标签页的内存里，刷新后就没有了。",
  loading: "正在载入接口…",
  failed: "接口没有载入。请刷新页面，或直接打开 OpenAPI 文档。",
  errorsLead: "错误都是 RFC 9457 格式；`code` 不会改变。每个错误的原因和处理办法见指南。",
  basics: "认证、权限与约定",
  noScript: "试用需要 JavaScript。下面是全部接口：",
} as const;

export type DocsText = Words<typeof docs>;
