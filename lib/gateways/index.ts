export type { AccountCredentials, AccountSource, KeyStore, KeyUse, V2Credentials, V3Credentials } from "./account.ts";
export { createGateways, type GatewaysOptions, type WechatGateways } from "./select-gateway.ts";
export { examineAtWechat } from "./wechat/doctor/examine-at-wechat.ts";
export type { Heard, VisitOptions } from "./wechat/doctor/visit-options.ts";
export { authorizeUrl, type OpenidAccount, type OpenidRefusal, openidFromCode } from "./wechat/oauth.ts";
