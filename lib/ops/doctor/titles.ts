import type { BilingualText, CheckName } from "#lib/base/finding.ts";

/** The title of each check. */
const TITLES: Readonly<Record<CheckName, readonly [zh: string, en: string]>> = {
  mode: ["沙箱还是正式", "Sandbox or real"],
  environment: ["环境变量", "Environment"],
  config_file: ["配置文件", "Configuration file"],
  private_key: ["商户私钥", "Merchant private key"],
  merchant_certificate: ["商户API证书与序列号", "Merchant certificate and serial"],
  merchant_number: ["商户号", "Merchant number"],
  wechatpay_key: ["微信支付公钥或平台证书", "WeChat Pay public key or certificates"],
  api_v3_key: ["APIv3 密钥", "APIv3 key"],
  api_v2_key: ["APIv2 密钥", "API v2 key"],
  app: ["AppID", "App id"],
  app_secret: ["AppSecret", "App secret"],
  certificate_expiry: ["证书有效期", "Certificates' expiry"],
  dns: ["域名解析", "Names"],
  connection: ["到微信的连接", "Connection to WeChat"],
  clock: ["时钟", "Clock"],
  signed_call: ["签名请求", "A signed call"],
  answer_verified: ["答复验签", "The answer's signature"],
  notify_url: ["回调地址", "Notify address"],
  notify_door: ["回调入口", "Notify door"],
  notify_echo: ["微信的测试回调", "WeChat's test notice"],
  last_notify: ["最近的回调", "Last good notice"],
  pay_page: ["支付页与H5域名", "Pay page and H5 domain"],
  proxy: ["反向代理", "Reverse proxy"],
  database: ["数据库", "Database"],
  migrations: ["数据库结构", "Migrations"],
  master_key: ["主密钥", "Master key"],
  worker: ["后台进程", "Worker"],
  sweeps: ["例行巡查", "Sweeps"],
  webhooks: ["Webhook", "Webhooks"],
  backups: ["备份", "Backups"],
  disk: ["磁盘", "Disk"],
};

export function titleOf(check: CheckName): BilingualText {
  const [zh, en] = TITLES[check];
  return { zh, en };
}
