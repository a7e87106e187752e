import type { Form } from "./agent-types.ts";

// All patterns run on lower-cased text and have no nested repetition, so they are linear in the length of the text.

const TELEVISION =
  /smart-?_?tv|smarthub|smart-bd|hbbtv|netcast|netrange|web0s|webos\.tv|webostv|large screen|appletv|google ?tv|android ?tv|crkey|chromecast|roku|viera|bravia|aquos|philips-avm|philipstv|nettv|ce-html|inettvbrowser|opentv|otvwebkit|dtv[;)/ ]|hybridcast|opera tv|sonycebrowser|sraf\/|espial|(?:^|[^a-z])tivo|maple|ohtv|lg browser|boxee|kodi|xbmc|vidaa|hisense ?tv|mibox|mitv|mi ?tv|mi box|tv ?box|tvbox|set-top|settop|iptv|stb[ ;)/]|brightsign|dvb|dreambox|netbox|apple ?tv|(?:^|[^a-z])tv (?:build|safari|store)|(?:^|[^a-z])aft(?:b|m|s|t|n|a|r|ss|ka|mm|td|wmst5)[ ;)]|shield android|nexus player|(?:^|[^a-z])(?:mxq|h96|x96|t95|tx[39]|m8s pro|mk80|mk90|cx-9|z28|a95x|beelink|minix|leelbox|ugoos|ec610|b860|cm101|e900|m301h)/;

const CONSOLE =
  /playstation|nintendo|xbox|(?:^|[^a-z])psp|steam deck|valve steam|dreampassport|oculusbrowser|quest [23]|(?:^|[^a-z])vr safari/;

const WEARABLE_CAR_READER =
  /(?:^|[^a-z])watch(?:os)?[ ;)/0-9]|wear ?os|sm-r[0-9]{3}|glass [0-9]|galaxy gear|qtcarbrowser|tesla\/|automotive|carplay|android auto|(?:^|[^a-z])ivi[ ;)/]|(?:^|[^a-z])nio\/|xpeng|lixiang|byd-?auto|kindle\/[0-9]|kobo|nook bnrv|pocketbook|ebrd|boox|(?:^|[^a-z])e-?reader|digitalmediaplayer|walkman/;

const TABLET =
  /tablet|playbook|touchpad|matepad|mediapad|mi ?pad|redmi pad|xiaomi pad|(?:^|[^a-z])pad [0-9a-z]|thinkpad tab|ideapad|ideatab|transformer|galaxy tab|sm-[tpx][0-9]{3}|gt-p[0-9]|gt-n(?:5|8)[0-9]{3}|lenovo[ _]?(?:tb|yt|a7600|a3500|a3300|a3000|a5500|a10-|a7-|s6000)|kf[a-z]{2,5}[ ;)]|silk\/|nexus (?:7|9|10)|pixel (?:c|tablet)[ ;)]|xoom|(?:^|[^a-z])tab[ 0-9_]|lifetab|(?:ags|btv|bah|scm|mrx|dby|wgr|vrd|cmr|sht|kob|jdn|got|hdn)[0-9]?-[alw]|vivo pad|oppo pad|opd2|honor pad|pmp[0-9]{4}|pmt[0-9]{4}|archos [0-9]/;

// Real telephones whose apps leave the word "Mobile" out.
const PHONE_MODEL =
  /sm-[aefgjmnsz][0-9]{3}|gt-[is][0-9]{3}|gt-n7[0-9]{3}|gt-b[0-9]|s[cgp]h-[a-z0-9]|shv-|pixel [2-9]|pixel (?:build|xl)|nexus (?:4|5|6|s|one)|galaxy nexus|htc[ _]|redmi|mi [0-9]|mi note|hm note|poco|oneplus|(?:^|[^a-z])(?:vivo|oppo|cph[0-9]{4}|realme|rmx[0-9]{4}|iqoo|meizu|coolpad|moto|xt[0-9]{3,4}|nubia|smartisan|honor|xperia|[lsmx]t[0-9]{2}[ai]|c[0-9]{4} build)|huawei (?:[gpuy][0-9]|mate|ale|nova)|lg-[dehkmp][0-9]|lenovo [aps][0-9]{3}[ _i]|alcatel|one ?touch/;

const PHONE =
  /iphone|ipod|mobile|mobi[ /;)]|opera mini|windows phone|iemobile|wpdesktop|blackberry|bb10|symbian|series ?[34689]0|s60[ ;/]|midp|cldc|nokia|sonyericsson|motorola|samsung-|lg-|(?:^|[^a-z])lge|docomo|kddi|softbank|vodafone|j-phone|up\.browser|up\.link|obigo|teleca|ucweb|brew|semc|maemo|meego|bada|webos\/|hpwos|palm|wap ?browser|maui|kaios|dolfin|(?:^|[^a-z])phone[;) ]|aphone|htc_|ip(?:h|o)[0-9],|fban\/fb4a|smartphone|windows ce|polaris|netfront|huawei|zte|jig browser|wap-browser|ericsson|foma|epoc32|snapchat|mqqbrowser\/mini|opera mobi|mre\/|iris browser|nintendobrowser/;

const DESKTOP =
  /windows nt|windows [0-9x]|win(?:98|95|nt|32|64|dows)|macintosh|mac os x|mac_|x11|cros |linux x86_64|linux i[36]86|freebsd|openbsd|netbsd|sunos|haiku|beos|os\/2|amiga|darwin|linux|electron|office|links|lynx/;

// Puffin renders on a Linux server and names the device in its version only: A or I for the system, P or T for the form.
const PUFFIN = /puffin\/[0-9.]{1,24}[ai]([pt])/;

/** Feature phones whose browser pretends to be a desktop further on in the text. */
const FEATURE_PHONE = /^(?:nokia|samsung-|lg-|sonyericsson|mot-|blackberry|sec-)|midp|cldc/;

const OPEN_HARMONY = /\((phone|tablet|pc|2in1|tv|wearable|car)[;)]/;

function harmonyForm(agent: string): Form | null {
  const device = OPEN_HARMONY.exec(agent)?.[1];
  if (device === undefined) return null;
  if (device === "phone" || device === "tablet") return device;
  return device === "pc" || device === "2in1" ? "desktop" : "other";
}

function androidForm(agent: string): Form {
  // Tablets came with Android 3.
  if (/android [12]\.[0-9]/.test(agent)) return "phone";
  if (TABLET.test(agent)) return "tablet";
  if (PHONE.test(agent) || PHONE_MODEL.test(agent)) return "phone";
  // Android's own convention: a telephone says "Mobile", a tablet does not.
  return "tablet";
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
  if (TELEVISION.test(agent) || CONSOLE.test(agent) || WEARABLE_CAR_READER.test(agent)) return "other";
  if (agent.includes("wpdesktop") || agent.includes("windows phone")) return "phone";
  const puffin = PUFFIN.exec(agent)?.[1];
  if (puffin !== undefined) return puffin === "p" ? "phone" : "tablet";
  // A web view on an iPad says Macintosh but keeps the Mobile/ build of iOS.
  if (agent.includes("ipad") || (agent.includes("macintosh") && agent.includes(" mobile/"))) return "tablet";
  if (FEATURE_PHONE.test(agent)) return "phone";
  if (/android|dalvik|; adr [0-9]/.test(agent)) return androidForm(agent);
  if (/windows nt|macintosh|x11|cros /.test(agent) && !/mobile|maemo|opera mini|phone/.test(agent)) return "desktop";
  if (/playbook|touchpad|tablet(?! pc)|silk\/|kf[a-z]{2,5}[ ;)]/.test(agent)) return "tablet";
  if (PHONE.test(agent)) return "phone";
  return DESKTOP.test(agent) ? "desktop" : "other";
}
