import type { Form } from "./agent-types.ts";

// A device's name is looked at by itself, so that three letters of it cannot be taken for a word elsewhere in the text, nor a
// word elsewhere for a device. All patterns run on lower-cased text and have no nested repetition.

const MODEL_CHARS_READ = 160;
const NOT_A_MODEL =
  /^(?:u|wv|n|arm|arm_64|arm64|aarch64|x86|x86_64|mobile|tablet|touch|[a-z]{2}(?:[-_][a-z]{2,4})?|rv:[0-9.]+|[0-9.]*)$/;

/**
 * What an Android agent calls its device, such as `sm-x710` or `mi tv 4s`; empty where it says none.
 * @param agent lower-cased and bounded in length
 */
export function androidModel(agent: string): string {
  const from = /(?:android|adr)[ /-]?[0-9]/.exec(agent)?.index ?? -1;
  if (from < 0) return "";
  const text = agent.slice(from, from + MODEL_CHARS_READ);
  const build = text.search(/ ?;? ?build[/ ;)]/);
  const inside = build >= 0 ? text.slice(0, build) : closed(text);
  const parts = inside.split(/;|,|##/).slice(1);
  const model = parts.map((part) => part.trim()).findLast((part) => !NOT_A_MODEL.test(part)) ?? "";
  return model.replace(/^samsung[- ](?=[a-z]{2}-)/, "");
}

/** Up to the bracket that ends the comment; a name may hold brackets of its own, as `moto g (2022)` does. */
function closed(text: string): string {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") depth += 1;
    if (text[at] === ")") depth -= 1;
    if (depth < 0) return text.slice(0, at);
  }
  return text;
}

/** Inches of the screens that televisions are sold with. */
const INCHES = "(?:1[59]|2[0-9]|3[129]|4[0-39]|5[058]|6[0-5]|7[057]|8[0-6]|9[08]|100)";

const TELEVISION_MODEL = [
  // A screen size and a series: 55UCY3, BBK 24LEX-7269, H-LED50FU7001, U55E9100Q, TD32HFWEV1, 50UX10S.
  `^(?:[a-z]{2,12}[ _])?${INCHES}(?:[a-z]{1,5}[0-9-]|[a-z]{2,3}$)`,
  `^(?:[a-z]{3,12}[ _])?[a-z]{1,4}[-_ ]?${INCHES}[a-z]{1,5}[0-9]{3}`,
  `[o-]?led[-_ ]?${INCHES}`,
  `^[a-z]{2,4}-${INCHES}[a-z]{2}`,
  // The word itself: MiTV, Percee TV, FibeTV, haierATV, HGTV-LED32. A telephone with an aerial says DTV.
  "(?:^|[^a-z0-9])(?:[0-9a-z]{0,3}k)?(?:tv|atv|stv|swtv|hgtv|iptv|qtv|mitv|gtv)(?:[0-9]{0,2}$|[^a-z]|[0-9]{2}[a-z]{2})",
  "[a-z]{3}(?<!d)tv(?:[0-9]?$|[^a-z0-9])|^tvb-[0-9]",
  "(?:smart|android|google|beyond|haiera|apple|web|aiwaandroid|sony|bravia|live|media) ?tv",
  "aquos-tv|bravia|viera|^aft[a-z0-9]{1,10}$|chromecast|^crkey|nexus player|^shield(?: android tv)?$|mibox|mi ?box",
  // Boxes and sticks.
  "(?:^|[^a-z0-9])[a-z]{0,10}box(?:[ _-]?[a-z]{0,2}[0-9]{0,2}(?:[ _-]?pro)?)?$|tv ?box|smart ?box|set-?top|stick(?:$|[^a-z])|stb(?:$|[0-9 _-]|lite)|(?:^|[^a-z])ott(?:$|[^a-z])",
  "^(?:lime ?)?(?:mxq|mx10|mx9|h96|x88|x96|x98|t95|tx[0-9]|a95x|q96|hk1|tanix|m8s|mk80[0-9]|mk90[0-9]|cx-?9[0-9]{2}|z28|km[0-9])[a-z]{0,5}(?:$|[ _+.-])",
  "^(?:beelink|minix|leelbox|ugoos|mecool|zidoo|formuler|vontar|sberbox|rombica|movix|supermax mx|yndx-[0-9]|ec6108|b860(?:$|[ahv])|cm101|cm201|e900|m301h|nexon x[0-9])",
].join("|");

const GLASSES_WATCHES_AND_SPEAKERS =
  "watch|^sm-[rl][0-9]{3}|^glass [0-9]|galaxy gear|^gear |wear ?os|^ow[0-9]{2}w|^appllp|runiq|^lem(?:[0-9]|fo)|^aeo[a-z]{2,5}$|yandexstation|^xdh-|^quest(?:$| [23]| pro)|^oculus|^pico [0-9gn]|^vive ";
const READERS_CARS_AND_TILLS =
  "automotive|carplay|carpad|dilink|byd auto|(?:^|[^a-z])ivi(?:$|[^a-z])|kobo|^bnrv|pocketbook|^boox|e-?reader|walkman|^nw-[a-z]|digitalmediaplayer|^ek-gc|familyhub";

const TABLET_MODEL =
  /(?:^|[^a-z])(?:tab(?:let)?|pad)(?:$|[^a-z])|tablet|playbook|touchpad|(?:mate|media|ideapad|think|mi|redmi|vivo|oppo|honor|xiaomi|smart|life|note|play|omni|idea|galaxy ?|lenovo ?)(?:pad|tab)(?:$|[^a-z])|transformer|^sm-[tpx][0-9]{3}|^gt-p[0-9]|^gt-n(?:5|8)[0-9]{3}|lenovo[ _]?(?:tb|yt|a7600|a3500|a3300|a3000|a5500|a10-|a7-|s6000)|^kf[a-z]{2,5}$|nexus (?:7|9|10)$|^pixel (?:c|tablet)$|xoom|^(?:ags|btv|bah|scm|mrx|dby|wgr|vrd|cmr|sht|kob|jdn|got|hdn|bzt|krj|agr|agm|brt|dbr|spn)[0-9]?-[alw]|^opd2|^pmp[0-9]{4}|^pmt[0-9]{4}|archos (?:7|8|9|1[0-9])[0-9]|^mediapad/;

// Real phones with apps that leave the word "Mobile" out.
const PHONE_MODEL =
  /^sm-[acefgjmnswz][0-9]{3}|^gt-[is][0-9]{3}|^gt-n7[0-9]{3}|^gt-b[0-9]|^s[cgp]h-|^sh[vw]-|^pixel (?:[2-9][0-9]?|xl|fold)(?:$|[^0-9])|^pixel$|^nexus (?:4|5|6|s|one)|galaxy nexus|^htc[ _]|redmi|^mi (?:[0-9]{1,2}|max|mix|note|play|cc)(?:$|[^0-9])|^hm note|poco|oneplus|(?:^|[^a-z])(?:vivo|oppo|cph[0-9]{4}|realme|rmx[0-9]{4}|iqoo|meizu|coolpad|moto|xt[0-9]{3,4}|nubia|smartisan|honor|xperia|[lsmx]t[0-9]{2}[ai]|c[0-9]{4}$)|^v[0-9]{4}[a-z]?$|^p[a-h][a-z]{2}[0-9]{2}$|^[a-z]{3}-(?:[at]l|l)[0-9]{2}|huawei (?:[gpuy][0-9]|mate|ale|nova)|^lg-[dehkmp][0-9]|^lm-|lenovo [alps][0-9]{3}|alcatel|one ?touch|iris|blade|tecno|itel|infinix|wiko|phone/;

const TV = new RegExp(TELEVISION_MODEL);
const NO_WECHAT = new RegExp(`${GLASSES_WATCHES_AND_SPEAKERS}|${READERS_CARS_AND_TILLS}`);

/**
 * What a device of this name is; null where the name alone does not tell.
 * @param model as `androidModel` gives it
 */
export function formOfModel(model: string): Exclude<Form, "bot" | "desktop"> | null {
  if (TABLET_MODEL.test(model)) return "tablet";
  if (TV.test(model) || NO_WECHAT.test(model)) return "other";
  return PHONE_MODEL.test(model) ? "phone" : null;
}
