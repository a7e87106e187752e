import type { Form } from "./agent-types.ts";
import { androidModel, formOfModel } from "./android-model.ts";

// All patterns run on lower-cased text and have no nested repetition, so they are linear in the length of the text.

/** What televisions say of themselves, whatever they are called. */
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
