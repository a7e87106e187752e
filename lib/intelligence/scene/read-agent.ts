import type { Env, Form, Os } from "./agent-types.ts";
import { androidModel, formOfModel } from "./android-model.ts";
import { CRAWLER_PRODUCTS } from "./crawlers.ts";

// What a user agent says of itself: the app (`readEnv`), the system (`readOs`) and the kind of device (`readForm`).

// The order is the rule: WeCom also says MicroMessenger, WeChat also says MQQBrowser, Taobao and DingTalk also say AliApp.
// All patterns run on lower-cased text and have no nested repetition, so they are linear in the length of the text.

const QQ_PRODUCT = /(?:^|[^a-z])(?:ipadqq|qq|tim)\/[0-9]|v1_(?:and|iph|ipad)_sq_/;

/** Apps with a browser of their own that block or break the jump into WeChat. Browsers (UC, Quark, QQBrowser) are not here. */
const OTHER_APPS =
  /dingtalk(?!bot)|aliapp\((?:tb|tm|fm|dingtalk|1688|cn|cb|ele|hm|yk|ku|lx|td|tb-pd|trip|dm|hema)[\w-]*\/|feishu|larklocale|(?:^|[^a-z])lark\/|taobao|tmall|aweme|bytedancewebview|bytelocale|newsarticle|toutiaomicroapp|baiduboxapp|baidumap|__weibo__|weibo[ /(]|meituan|dianping|(?:^|[^a-z])jdapp|jd4(?:iphone|android)|jdjr|xiaohongshu|xhs|douyin|com\.ss\.android|kwai|kuaishou|ksnebula|pinduoduo|phh_(?:android|ios)_version|bilibili|bilibiliapp|zhihuhybrid|osee2unifiedrelease|amap\/|autonavi|unionpay\/|com\.unionpay|ctripwireless|didi\.passenger|(?:^|[^a-z])eleme\/|rajax\/|qqmusic\/|qqnews\/|qqreader|qqlive|neteasemusic|newsapp\/|snebuy|vipshop|com\.douban|ykapp|iqiyiapp|hupu|smzdm|wxapp-toutiao|swan-baiduboxapp/;

// A mini program on a telephone. WeChat for Windows and Mac says `MiniProgramEnv/Windows` in its ordinary browser too.
const MINI_PROGRAM = /miniprogram\/wx|process\/appbrand|miniprogramenv\/(?!windows|mac)/;
const MINI_PROGRAM_LAST = /miniprogram *$/;

/** Products with names of two words. */
const CRAWLER_NAMES =
  /yahoo! slurp|sogou (?:web|inst2?|pic|news|orion|blog|wap|video|head)[ /]|google favicon|google web preview|chrome privacy preserving prefetch proxy|screaming frog seo spider|xenu link sleuth|nmap scripting engine|snap url preview service|ad muncher|whatsapp\/[0-9.]+ ?[ain]?$/;

// How machines that are not listed yet name themselves. A whole browser that carries such a word gets the QR code of a desktop.
const CRAWLER_WORD =
  /bot(?![a-z])|robot|bot[-_]|spider|crawl|slurp|archiver|scrap(?:er|y|e\/)|fetcher|feed ?parser|external ?hit|web ?preview|(?:link|url|uri) ?preview|link ?check|mediapartners|transcoder|favicon|uptime|pingdom|netcraft|sitemap|validator|image ?proxy|screenshot|wp_is_mobile/;

const LIBRARIES =
  /^(?:curl|wget|python|aiohttp|httpx|okhttp|java\/|apache-?httpclient|jakarta|go-http|go http|node(?:-fetch|\.js|\/|$)|axios|got[ /(]|undici|ruby|faraday|rest-client|guzzle|php|perl|libwww-perl|lwp|http_?client|http_request|httpie|postman|insomnia|dart[ /]|reqwest|hyper\/|winhttp|powershell|libcurl|httpunit|unirest|restsharp|symfony|zend_http|mechanize|typhoeus|ab\/|wrk|k6\/|jmeter|vegeta|hey\/|siege|grpc)|[ ;(-](?:curl|libcurl|okhttp|python-requests|python-urllib|go-http-client)\/|go-httpclient|indy library|powershell\/|apache-httpclient\//;

// A person's browser never names a home page; a user agent that does is a crawler.
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

/** @param agent lower-cased and bounded in length */
export function readOs(agent: string): Os {
  if (/harmony|arkweb/.test(agent)) return "harmony";
  if (/windows phone|windows ?ce|windows ?mobile|wds [0-9]|iemobile|wpdesktop/.test(agent)) return "other";
  if (/iphone|ipad|ipod|\(ios;|cpu os [0-9]|puffin\/[0-9.]{1,24}i[pt]/.test(agent)) return "ios";
  if (agent.includes("macintosh") && agent.includes(" mobile/")) return "ios";
  if (/puffin\/[0-9.]{1,24}a[pt]/.test(agent)) return "android";
  if (/android|dalvik|; adr [0-9]/.test(agent)) return "android";
  if (/windows|win(?:98|95|nt|32|64)/.test(agent)) return "windows";
  if (/macintosh|mac os x|mac_powerpc|macos|darwin/.test(agent)) return "macos";
  return /linux|x11; (?:ubuntu|fedora|cros)|ubuntu|cros /.test(agent) ? "linux" : "other";
}

// All patterns run on lower-cased text and have no nested repetition, so they are linear in the length of the text.

/** What televisions say of themselves, under any name. */
const TELEVISION =
  /smart-?_?tv|smarthub|smart-bd|hbbtv|netcast|netrange|web0s|webos\.tv|webostv|large screen|apple ?tv|google ?tv|android ?tv|crkey|roku|viera|bravia|aquos(?:browser|-as)|philips-avm|philipstv|nettv|ce-html|inettvbrowser|opentv|otvwebkit|dtv[;)/ ]|hybridcast|opera tv|sonycebrowser|sraf\/|espial|(?:^|[^a-z])(?:tivo|maple|dvb|netbox|stb)(?:$|[^a-z])|stbapp|ohtv|lg browser|boxee|kodi|xbmc|vidaa|hisense ?tv|mitv|mi ?tv|fire ?tv|tv ?box|set-top|settop|(?:^|[^a-z])iptv|brightsign|dreambox|(?:^|[^a-z])tv (?:build|safari|store)|(?:^|[^a-z])tv\/[0-9]|tvos|quick search tv/;

const CONSOLE =
  /playstation|nintendo|xbox|(?:^|[^a-z])psp[ (;/]|steam ?deck|valve steam|dreampassport|oculusbrowser|(?:mobile|safari) vr[; ]|(?:^|[^a-z])vr safari/;

const WEARABLE_CAR_READER =
  /(?:^|[^a-z])watch(?:os)?[ ;)/0-9]|wear ?os|galaxy gear|(?:^|[^a-z])sm-r[0-9]{3}|qtcarbrowser|tesla\/|automotive|carplay|android auto|(?:^|[^a-z])ivi[ ;)/]|(?:^|[^a-z])nio\/|xpeng|lixiang|byd-?auto|(?:^|[^a-z])kindle\/[0-9]|kobo|nook bnrv|pocketbook|(?:^|[^a-z])ebrd|(?:^|[^a-z])e-?reader|digitalmediaplayer|walkman|familyhub/;

const PHONE =
  /iphone|ipod|mobile|mobi[ /;)]|opera mini|windows phone|iemobile|wpdesktop|blackberry|bb10|symbian|series ?[34689]0|s60[ ;/]|midp|cldc|nokia|sonyericsson|motorola|samsung-|(?:^|[^a-z])lg[-e]|docomo|kddi|softbank|vodafone|j-phone|up\.browser|up\.link|obigo|teleca|ucweb|brew|semc|maemo|meego|bada|webos\/|hpwos|palm|wap ?browser|maui|kaios|dolfin|(?:^|[^a-z])phone[;) ]|aphone|htc_|(?:^|[^a-z])ip(?:h|o)[0-9]{1,2},|fban\/fb4a|smartphone|windows ce|polaris|netfront|huawei|zte|jig browser|wap-browser|ericsson|foma|epoc32|snapchat|mqqbrowser\/mini|opera mobi|mre\/|iris browser|nintendobrowser/;

const DESKTOP =
  /windows nt|windows [0-9x]|win(?:98|95|nt|32|64|dows)|macintosh|mac os x|mac_|x11|cros |linux x86_64|linux i[36]86|freebsd|openbsd|netbsd|sunos|haiku|beos|os\/2|amiga|darwin|linux|electron|office|links|lynx/;

// Puffin renders on a Linux server and names the device in its version only: A or I for the system, P or T for the form.
const PUFFIN = /puffin\/[0-9.]{1,24}[ai]([pt])/;

/** Feature phones with a browser that pretends to be a desktop further on in the text. */
const FEATURE_PHONE = /^(?:nokia|samsung-|lg-|sonyericsson|mot-|blackberry|sec-)|midp|cldc/;

const OPEN_HARMONY = /\((phone|tablet|pc|2in1|tv|wearable|car)[;)]/;

function harmonyForm(agent: string): Form | null {
  const device = OPEN_HARMONY.exec(agent)?.[1];
  if (device === undefined) return null;
  if (device === "phone" || device === "tablet") return device;
  return device === "pc" || device === "2in1" ? "desktop" : "other";
}

function androidForm(agent: string): Form {
  // Tablets and televisions came with Android 3.
  if (/android [12]\.[0-9]/.test(agent)) return "phone";
  const known = formOfModel(androidModel(agent));
  if (known !== null) return known;
  if (TELEVISION.test(agent)) return "other";
  // Android's own convention: a telephone's browser says "Mobile", a tablet's does not. Programs that are no browsers say
  // neither; most of them run on telephones.
  return PHONE.test(agent) || !agent.startsWith("mozilla/") ? "phone" : "tablet";
}

/**
 * What kind of device; `other` also when nothing is known.
 * @param agent lower-cased and bounded in length
 */
export function readForm(agent: string): Form {
  if (agent.includes("openharmony") || agent.includes("arkweb")) {
    const form = harmonyForm(agent);
    if (form !== null) return form;
  }
  const isAndroid = /android|dalvik|; adr [0-9]/.test(agent);
  if ((!isAndroid && TELEVISION.test(agent)) || CONSOLE.test(agent) || WEARABLE_CAR_READER.test(agent)) return "other";
  if (/wpdesktop|windows phone|; lumia/.test(agent)) return "phone";
  const puffin = PUFFIN.exec(agent)?.[1];
  if (puffin !== undefined) return puffin === "p" ? "phone" : "tablet";
  // A web view on an iPad says Macintosh but keeps the Mobile/ build of iOS.
  if (agent.includes("ipad") || (agent.includes("macintosh") && agent.includes(" mobile/"))) return "tablet";
  if (FEATURE_PHONE.test(agent)) return "phone";
  if (isAndroid) return androidForm(agent);
  if (/windows nt|macintosh|x11|cros /.test(agent) && !/mobile|maemo|opera mini|phone/.test(agent)) return "desktop";
  if (/playbook|touchpad|tablet(?! pc)|silk\/|kf[a-z]{2,5}[ ;)]/.test(agent)) return "tablet";
  if (PHONE.test(agent)) return "phone";
  return DESKTOP.test(agent) ? "desktop" : "other";
}
