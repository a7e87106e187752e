import type { BilingualText } from "#lib/base/finding.ts";

// What the checks of payment_config.json complain of, in Chinese. A test sees to it that nothing is left out.

const CHINESE: readonly (readonly [RegExp, string])[] = [
  [/^must be the app id: wx and 16 letters or digits$/, "必须是 AppID：wx 加 16 位字母或数字"],
  [/^must be the merchant number: 8 to 10 digits$/, "必须是商户号：8 到 10 位数字"],
  [/^must be the public https address of \/payment\/notify$/, "必须是 /payment/notify 的公网 https 地址"],
  [/^must be an address such as (\S+)$/, "必须是网址，例如 $1"],
  [/^must be an origin: no path, no query, no user$/, "只能写协议和域名，不要带路径、参数或用户名"],
  [/^must have at most (\d+) characters$/, "最多 $1 个字符"],
  [/^must not be empty$/, "不能为空"],
  [/^must be the 32 characters of the APIv3 key$/, "必须是 32 个字符的 APIv3 密钥"],
  [/^must be the 32 characters of the API v2 key$/, "必须是 32 个字符的 APIv2 密钥"],
  [
    /^must be the serial number of the merchant certificate(: hexadecimal digits)?$/,
    "必须是商户证书序列号（十六进制）",
  ],
  [/^must be the id of WeChat Pay's public key(: PUB_KEY_ID_…)?$/, "必须是微信支付公钥 ID（PUB_KEY_ID_ 开头）"],
  [/^must be the app's secret$/, "必须是 AppSecret"],
  [/^must be a text in PEM$/, "必须是 PEM 文本"],
  [/^must be a path$/, "必须是文件路径"],
  [/^must be one JSON object with the keys of the example$/, "必须是一个 JSON 对象，字段与示例文件相同"],
  [/^must be one of (.+)$/, "只能是以下之一：$1"],
  [/^must be MD5 or HMAC-SHA256$/, "只能是 MD5 或 HMAC-SHA256"],
  [/^must be manual or automatic$/, "只能是 manual 或 automatic"],
  [/^must be a whole number of seconds from (\d+) to (\d+)$/, "必须是 $1 到 $2 之间的整数（秒）"],
  [/^must be an https address, or a path of this server$/, "必须是 https 地址，或本站的路径"],
  [/^must be a colour such as (#\w+)$/, "必须是颜色，例如 $1"],
  [/^must be an object: name, logo_url, color$/, "必须是对象，含 name、logo_url、color"],
  [/^must be https$/, "必须是 https"],
  [/^must be http or https$/, "必须是 http 或 https"],
  [/^must have no query: WeChat refuses it$/, "不能带参数（问号后面的部分），微信会拒绝"],
  [/^must have no fragment$/, "不能带 # 后面的部分"],
  [/^must have no user$/, "不能带用户名"],
  [/^must be a public address: WeChat cannot reach a private one$/, "必须是公网地址，微信访问不到内网"],
  [/^is for a sandbox on this machine alone:.*$/, "只用于本机沙箱，真实的微信支付不需要它"],
  [/^is not a key of this file$/, "这个文件没有这个字段"],
  [/^is missing: API v3 takes (.+) and (.+)$/, "缺少：API v3 需要 $1 和 $2"],
  [
    /^is missing: give api_v3_key.*$/,
    "缺少：请填 api_v3_key、serial_no、private_key(_path)（API v3），或 api_key（API v2）",
  ],
  [/^is missing: sign_type belongs to API v2$/, "缺少：sign_type 属于 API v2"],
  [/^is missing: the public key is known by its id$/, "缺少：公钥要和它的 ID 一起填"],
  [/^is missing: its id alone verifies nothing$/, "缺少：只有 ID 没有公钥，无法验签"],
  [/^is missing beside (\S+)$/, "缺少：要和 $1 一起填"],
  [/^is given beside (\S+): keep one$/, "和 $1 重复了，只留一个"],
  [/^says nothing unless extra_money_policy is automatic$/, "只有 extra_money_policy 为 automatic 时才有意义"],
  [/^names a file that is not there$/, "指向的文件不存在"],
  [/^names a file; put its text in$/, "指向一个文件，请直接填入文件内容"],
  [/^is not a regular file$/, "不是普通文件（管道、设备和目录不能读取）"],
  [/^is too large$/, "太大了"],
  [/^cannot be read \((\w+)\)$/, "无法读取（$1）"],
  [/^is not JSON: it begins with two byte order marks$/, "不是 JSON：开头有两个 BOM，请存为不带 BOM 的 UTF-8"],
  [/^is not JSON$/, "不是 JSON"],
  [/^is empty$/, "是空的"],
  [/^must belong to the key of key_path$/, "和 key_path 的私钥不是一对"],
  [/^is the merchant's own public key, not WeChat Pay's$/, "这是商户自己的公钥，不是微信支付公钥"],
];

/** @param english as the checks say it */
export function inBothLanguages(english: string): BilingualText {
  const found = CHINESE.find(([form]) => form.test(english));
  return { en: english, zh: found === undefined ? english : english.replace(found[0], found[1]) };
}
