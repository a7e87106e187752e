import type { Env } from "./agent-types.ts";

// The order is the rule: WeCom also says MicroMessenger, WeChat also says MQQBrowser, Taobao and DingTalk also say AliApp.
// All patterns run on lower-cased text and have no nested repetition, so they are linear in the length of the text.

const QQ_PRODUCT = /(?:^|[^a-z])(?:ipadqq|qq|tim)\/[0-9]|v1_(?:and|iph|ipad)_sq_/;

/** Apps with a browser of their own that block or break the jump into WeChat. Browsers (UC, Quark, QQBrowser) are not here. */
const OTHER_APPS =
  /dingtalk(?!bot)|aliapp\((?:tb|tm|fm|dingtalk|1688|cn|cb|ele|hm|yk|ku|lx|td|tb-pd|trip|dm|hema)[\w-]*\/|feishu|larklocale|(?:^|[^a-z])lark\/|taobao|tmall|aweme|bytedancewebview|bytelocale|newsarticle|toutiaomicroapp|baiduboxapp|baidumap|__weibo__|weibo[ /(]|meituan|dianping|(?:^|[^a-z])jdapp|jd4(?:iphone|android)|jdjr|xiaohongshu|xhs|douyin|com\.ss\.android|kwai|kuaishou|ksnebula|pinduoduo|phh_(?:android|ios)_version|bilibili|bilibiliapp|zhihuhybrid|osee2unifiedrelease|amap\/|autonavi|unionpay\/|com\.unionpay|ctripwireless|didi\.passenger|(?:^|[^a-z])eleme\/|rajax\/|qqmusic\/|qqnews\/|qqreader|qqlive|neteasemusic|newsapp\/|snebuy|vipshop|com\.douban|ykapp|iqiyiapp|hupu|smzdm|wxapp-toutiao|swan-baiduboxapp/;

const PERSON_DESPITE_BOT = /cubot/g;

// Headless browsers and page-speed probes are left out on purpose: they want to see what a person on a desktop sees.
const CRAWLERS =
  /bot(?![a-z])|robot|bot[-_]|spider|crawl|slurp|archiver|scrap(?:er|y|e\/)|feedfetcher|feed ?parser|externalhit|facebookplatform|facebooksecurity|mediapartners|web ?preview|bingpreview|uripreview|linkpreview|link ?checker|larkurl2meta|(?:^|[^a-z])ichiro|heritrix|nutch|yahooseeker|google-(?:site|structured|read|inspection|other|extended|adwords|safety)|googleother|googleproducer|appengine-google|apis-google|duplexweb|wireless transcoder|google favicon|pingdom|uptime|statuscake|netcraft|site24x7|gtmetrix|w3c_validator|validator\.nu|sitemap|wappalyzer|image proxy|screenshot|xenu link|80legs|whatsapp\/[0-9.]+ ?[ain]?$|zgrab|masscan|nmap scripting|nikto|sqlmap|opengraph|embedly|iframely|dataprovider|censysinspect|internet-?measurement|semanticscholar|gptbot|chatgpt-user|claude-(?:web|user)|perplexity|ccbot|bytespider|yisou|sogou (?:web|inst|pic|news)|haosou|tineye|hatena|ad muncher|blogger\.com|heartrails|mindsmediaproxy/;

const LIBRARIES =
  /^(?:curl|wget|python|aiohttp|httpx|okhttp|java\/|apache-?httpclient|jakarta|go-http|go http|node(?:-fetch|\.js|\/|$)|axios|got[ /(]|undici|ruby|faraday|rest-client|guzzle|php|perl|libwww-perl|lwp|http_?client|http_request|httpie|postman|insomnia|dart[ /]|reqwest|hyper\/|winhttp|powershell|libcurl|httpunit|unirest|restsharp|symfony|zend_http|mechanize|typhoeus|ab\/|wrk|k6\/|jmeter|vegeta|hey\/|siege|grpc)|[ ;(-](?:curl|libcurl|okhttp|python-requests|python-urllib|go-http-client)\/|go-httpclient|indy library|powershell\/|apache-httpclient\//;

// A person's browser never advertises a home page; whoever does is a machine that wants to be found.
const ADVERTISES = /\+ ?https?:|\(https?:\/\/|; ?https?:\/\/|[ (]\+?(?:mailto:|[\w.-]{1,64} ?(?:@| at )[\w.-]{1,64}\))/;

const withoutCubot = (agent: string): string =>
  agent.includes("cubot") ? agent.replace(PERSON_DESPITE_BOT, "") : agent;

function isMachine(agent: string): boolean {
  if (/xbmc|kodi\//.test(agent)) return false;
  return isCrawler(agent) || LIBRARIES.test(withoutCubot(agent));
}

/**
 * Whether it walks pages by itself: a search engine, a link preview. A library (curl, fetch) is a machine too, but one that
 * somebody sent for this very page.
 * @param agent lower-cased and bounded in length
 */
export function isCrawler(agent: string): boolean {
  const cleaned = withoutCubot(agent);
  return CRAWLERS.test(cleaned) || ADVERTISES.test(cleaned);
}

/** @param agent lower-cased and bounded in length */
export function readEnv(agent: string): Env {
  if (agent.includes("wxwork")) return "wecom";
  if (agent.includes("micromessenger")) return agent.includes("miniprogram") ? "wechat_mini" : "wechat";
  if (agent.includes("alipayclient") || agent.includes("aliapp(ap/")) return "alipay";
  if (QQ_PRODUCT.test(agent)) return "qq";
  if (OTHER_APPS.test(agent)) return "other_app";
  return isMachine(agent) ? "bot" : "browser";
}
