export type { AccountCredentials, AccountSource, KeyStore, V2Credentials, V3Credentials } from "./account.ts";
export { createGateways, type GatewaysOptions, type WechatGateways } from "./select-gateway.ts";
export { authorizeUrl, type OpenidAccount, type OpenidRefusal, openidFromCode } from "./wechat/oauth.ts";
