import type { Env } from "./agent-types.ts";
import { androidModel } from "./android-model.ts";
import { CRAWLER_PRODUCTS } from "./crawlers.ts";

// The order is the rule: WeCom also says MicroMessenger, WeChat also says MQQBrowser, Taobao and DingTalk also say AliApp.
// All patterns run on lower-cased text and have no nested repetition, so they are linear in the length of the text.

const QQ_PRODUCT = /(?:^|[^a-z])(?:ipadqq|qq|tim)\/[0-9]|v1_(?:and|iph|ipad)_sq_/;

/** Apps with a browser of their own that block or break the jump into WeChat. Browsers (UC, Quark, QQBrowser) are not here. */
const OTHER_APPS =
  /dingtalk(?!bot)|aliapp\((?:tb|tm|fm|dingtalk|1688|cn|cb|ele|hm|yk|ku|lx|td|tb-pd|trip|dm|hema)[\w-]*\/|feishu|larklocale|(?:^|[^a-z])lark\/|taobao|tmall|aweme|bytedancewebview|bytelocale|newsarticle|toutiaomicroapp|baiduboxapp|baidumap|__weibo__|weibo[ /(]|meituan|dianping|(?:^|[^a-z])jdapp|jd4(?:iphone|android)|jdjr|xiaohongshu|xhs|douyin|com\.ss\.android|kwai|kuaishou|ksnebula|pinduoduo|phh_(?:android|ios)_version|bilibili|bilibiliapp|zhihuhybrid|osee2unifiedrelease|amap\/|autonavi|unionpay\/|com\.unionpay|ctripwireless|didi\.passenger|(?:^|[^a-z])eleme\/|rajax\/|qqmusic\/|qqnews\/|qqreader|qqlive|neteasemusic|newsapp\/|snebuy|vipshop|com\.douban|ykapp|iqiyiapp|hupu|smzdm|wxapp-toutiao|swan-baiduboxapp/;

// A mini program on a telephone. WeChat for Windows and Mac says `MiniProgramEnv/Windows` in its ordinary browser too.
const MINI_PROGRAM = /miniprogram\/wx|process\/appbrand|miniprogramenv\/(?!windows|mac)/;
const MINI_PROGRAM_LAST = /miniprogram *$/;

/** Products whose names have two words. */
const CRAWLER_NAMES =
  /yahoo! slurp|sogou (?:web|inst2?|pic|news|orion|blog|wap|video|head)[ /]|google favicon|google web preview|chrome privacy preserving prefetch proxy|screaming frog seo spider|xenu link sleuth|nmap scripting engine|snap url preview service|ad muncher|whatsapp\/[0-9.]+ ?[ain]?$/;

// How machines nobody has listed yet name themselves. A whole browser that carries such a word gets the QR code of a desktop.
const CRAWLER_WORD =
  /bot(?![a-z])|robot|bot[-_]|spider|crawl|slurp|archiver|scrap(?:er|y|e\/)|fetcher|feed ?parser|external ?hit|web ?preview|(?:link|url|uri) ?preview|link ?check|mediapartners|transcoder|favicon|uptime|pingdom|netcraft|sitemap|validator|image ?proxy|screenshot|wp_is_mobile/;

const LIBRARIES =
  /^(?:curl|wget|python|aiohttp|httpx|okhttp|java\/|apache-?httpclient|jakarta|go-http|go http|node(?:-fetch|\.js|\/|$)|axios|got[ /(]|undici|ruby|faraday|rest-client|guzzle|php|perl|libwww-perl|lwp|http_?client|http_request|httpie|postman|insomnia|dart[ /]|reqwest|hyper\/|winhttp|powershell|libcurl|httpunit|unirest|restsharp|symfony|zend_http|mechanize|typhoeus|ab\/|wrk|k6\/|jmeter|vegeta|hey\/|siege|grpc)|[ ;(-](?:curl|libcurl|okhttp|python-requests|python-urllib|go-http-client)\/|go-httpclient|indy library|powershell\/|apache-httpclient\//;

// A person's browser never advertises a home page; whoever does is a machine that wants to be found.
const ADVERTISES =
  /\+ ?https?:|\(https?:\/\/|; ?https?:\/\/|[ (]\+?(?:mailto:|[\w.-]{1,64} ?(?:@| at )[\w-]{1,48}(?:\.[\w-]{1,48}){0,3}\.[a-z]{2,12}\))/;

const BETWEEN_WORDS = /[^a-z0-9._-]+/;

/** A browser that a person holds: an engine's own signature on a system people use. */
const WHOLE_BROWSER =
  /^mozilla\/5\.0 [^a-z]{0,3}(?:linux|android|iphone|ipad|ipod|windows|macintosh|x11|phone;|tablet;|2in1;|pc;).*(?:applewebkit\/|gecko\/[0-9])/;

export type Machine = "crawler" | "library" | "doubtful";

/**
 * What kind of program asks by itself, if any. `crawler`: a search engine or a link preview. `library`: a machine too, but one
 * that somebody sent for this very page. `doubtful`: a whole browser with a word of machines in it, perhaps a person's.
 * @param agent lower-cased and bounded in length
 */
export function readMachine(agent: string): Machine | null {
  // What a device is called says nothing: Cubot and Logicom's "bot" tablets are people's.
  const said = agent.replaceAll("cubot", "").replace(androidModel(agent) || "\n", "");
  if (/xbmc|kodi\//.test(said)) return null;
  if (CRAWLER_NAMES.test(said) || said.split(BETWEEN_WORDS).some((word) => CRAWLER_PRODUCTS.has(word)))
    return "crawler";
  const isWhole = WHOLE_BROWSER.test(said);
  if (CRAWLER_WORD.test(said) || ADVERTISES.test(said)) return isWhole ? "doubtful" : "crawler";
  return !isWhole && LIBRARIES.test(said) ? "library" : null;
}

/** @param agent lower-cased and bounded in length */
export function readEnv(agent: string): Env {
  if (agent.includes("wxwork")) return "wecom";
  if (agent.includes("micromessenger")) {
    return MINI_PROGRAM.test(agent) || MINI_PROGRAM_LAST.test(agent) ? "wechat_mini" : "wechat";
  }
  if (agent.includes("alipayclient") || agent.includes("aliapp(ap/")) return "alipay";
  if (QQ_PRODUCT.test(agent)) return "qq";
  if (OTHER_APPS.test(agent)) return "other_app";
  const machine = readMachine(agent);
  return machine === null || machine === "doubtful" ? "browser" : "bot";
}
