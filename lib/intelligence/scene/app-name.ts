import type { AppName } from "#lib/texts/zh-CN/page.ts";
import { readEnv } from "./read-agent.ts";

/** What the apps call themselves, in lower case. Feishu's and Douyin's parts are also in apps of the same makers, so their own names come first. */
const NAMES: readonly (readonly [name: AppName, says: RegExp])[] = [
  ["dingtalk", /dingtalk/],
  ["feishu", /feishu|larklocale|(?:^|[^a-z])lark\//],
  ["weibo", /__weibo__|weibo[ /(]/],
  ["xiaohongshu", /xiaohongshu|(?:^|[^a-z])xhs/],
  ["toutiao", /newsarticle|toutiaomicroapp/],
  ["douyin", /aweme|douyin/],
  ["taobao", /taobao|tmall|aliapp\((?:tb|tm)[\w-]*\//],
  ["baidu", /baiduboxapp|baidumap/],
  ["meituan", /meituan|dianping/],
  ["jd", /(?:^|[^a-z])jdapp|jd4(?:iphone|android)|jdjr/],
  ["kuaishou", /kwai|kuaishou|ksnebula/],
  ["pinduoduo", /pinduoduo|phh_(?:android|ios)_version/],
  ["bilibili", /bilibili/],
  ["zhihu", /zhihuhybrid|osee2unifiedrelease/],
  ["amap", /amap\/|autonavi/],
  ["unionpay", /unionpay\//],
];

/** The same bound as for everything else that is read of an agent; see classify-agent.ts. */
const AGENT_CHARS_READ = 2_048;

/** The app that shows the page, where it cannot pay with WeChat and says which it is; null for browsers and unknown ones. */
export function appNameOf(ua: string): AppName | null {
  const agent = ua.slice(0, AGENT_CHARS_READ).toLowerCase();
  const env = readEnv(agent);
  if (env === "alipay" || env === "qq" || env === "wecom") return env;
  if (env !== "other_app") return null;
  return NAMES.find(([, says]) => says.test(agent))?.[0] ?? null;
}
