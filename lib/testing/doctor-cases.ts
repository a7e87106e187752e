import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { makePlatformCertificate } from "#lib/sandbox/index.ts";
import type { CheckName, Result } from "../base/finding.ts";
import type { Config, DoctorFixture } from "./doctor-fixture.ts";

// What goes wrong when a shop is set up: a good configuration with one thing broken, and the one alarm that is to be raised.

export interface Case {
  readonly name: string;
  readonly from?: "v3" | "v2";
  readonly config?: (config: Config, fixture: DoctorFixture) => Config | Promise<Config>;
  readonly keys?: object;
  readonly faults?: object;
  readonly clock?: object;
  readonly alarm: readonly [CheckName, RegExp, Result?];
}

const rsa = (passphrase?: string) =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: {
      type: "pkcs8",
      format: "pem",
      ...(passphrase === undefined ? {} : { cipher: "aes-256-cbc", passphrase }),
    },
  });
const stranger = rsa();

export const without = (config: Config, ...keys: string[]): Config =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));

/** The sandbox's v3 configuration names no certificate; the merchant's own is in the same folder. */
export const withCertificate = (config: Config, { v2 }: DoctorFixture): Config => ({
  ...config,
  cert_path: v2.cert_path ?? "",
  key_path: v2.key_path ?? "",
});
async function fileOf(fixture: DoctorFixture, name: string, text: string): Promise<string> {
  await writeFile(path.join(fixture.folder, name), text);
  return name;
}
const set = (change: Config) => (config: Config) => ({ ...config, ...change });
const CERTIFICATES = { mode: "certificate", certificates404: false };

const PRIVATE_KEY: readonly Case[] = [
  {
    name: "a public key in place of the private key",
    config: set({ private_key: stranger.publicKey }),
    alarm: ["private_key", /private_key holds a public key.*apiclient_key\.pem/],
  },
  {
    name: "the merchant's certificate in place of its key",
    config: async (config, fixture) => ({ ...config, private_key: await fixture.read("apiclient_cert.pem") }),
    alarm: ["private_key", /holds a merchant API certificate/],
  },
  {
    name: "a private key that is locked",
    config: set({ private_key: rsa("secret").privateKey }),
    alarm: ["private_key", /protected by a password/],
  },
  {
    name: "a private key that was cut off",
    config: (config) => ({ ...config, private_key: (config.private_key ?? "").slice(0, 900) }),
    alarm: ["private_key", /cut off or altered/],
  },
  {
    name: "a private key with lines missing",
    config: (config) => ({ ...config, private_key: (config.private_key ?? "").split("\n").toSpliced(5, 3).join("\n") }),
    alarm: ["private_key", /cut off or altered/],
  },
  {
    name: "a path to no file",
    config: (config) => ({ ...without(config, "private_key"), private_key_path: "apiclient_key_old.pem" }),
    alarm: ["private_key", /private_key_path names a file that does not exist/],
  },
  {
    name: "another merchant's private key",
    config: set({ private_key: stranger.privateKey }),
    alarm: ["private_key", /does not belong to the certificate with this serial_no/],
  },
  {
    name: "a private key that does not fit its certificate",
    config: (config, fixture) => ({ ...withCertificate(config, fixture), private_key: stranger.privateKey }),
    alarm: ["private_key", /does not fit the merchant certificate/],
  },
];

const CERTIFICATE: readonly Case[] = [
  {
    name: "the platform's certificate where the merchant's belongs",
    config: async (config, fixture) => ({
      ...withCertificate(config, fixture),
      cert_path: await fileOf(fixture, "platform.pem", (await makePlatformCertificate(new Date())).pem),
    }),
    alarm: ["merchant_certificate", /cert_path holds a platform certificate/],
  },
  {
    name: "the serial of another certificate",
    config: (config, fixture) => ({ ...withCertificate(config, fixture), serial_no: "7B1D".repeat(10) }),
    alarm: ["merchant_certificate", /that of another certificate/],
  },
  {
    name: "a serial that is not this merchant's, with no certificate at hand",
    config: set({ serial_no: "7B1D".repeat(10) }),
    alarm: ["merchant_certificate", /serial_no and private_key must belong to the same merchant API certificate/],
  },
  {
    name: "the public key's id as serial",
    config: (config) => ({ ...config, serial_no: config.wechatpay_public_key_id ?? "" }),
    alarm: ["merchant_certificate", /serial_no holds the id of WeChat Pay's public key/],
  },
  {
    name: "API v2 without the certificate that refunds take",
    from: "v2",
    config: (config) => without(config, "cert_path", "key_path"),
    alarm: ["merchant_certificate", /API v2 cannot refund/, "warning"],
  },
];

const WECHATPAY_KEY: readonly Case[] = [
  {
    name: "the merchant's certificate mistaken for the platform's",
    config: async (config, fixture) => ({ ...config, wechatpay_public_key: await fixture.read("apiclient_cert.pem") }),
    alarm: ["wechatpay_key", /wechatpay_public_key holds a merchant API certificate/],
  },
  {
    name: "a platform certificate in place of the public key",
    config: async (config) => ({ ...config, wechatpay_public_key: (await makePlatformCertificate(new Date())).pem }),
    alarm: ["wechatpay_key", /holds a platform certificate/],
  },
  {
    name: "the merchant's own public key",
    config: (config) => {
      const own = createPublicKey(config.private_key ?? "").export({ type: "spki", format: "pem" });
      return { ...config, wechatpay_public_key: own.toString() };
    },
    alarm: ["wechatpay_key", /the merchant's own public key/],
  },
  {
    name: "a public key without its id",
    config: (config) => without(config, "wechatpay_public_key_id"),
    alarm: ["wechatpay_key", /wechatpay_public_key_id is missing/],
  },
  {
    name: "an id without its public key",
    config: (config) => without(config, "wechatpay_public_key"),
    alarm: ["wechatpay_key", /wechatpay_public_key is missing/],
  },
  {
    name: "a certificate's serial as the public key's id",
    config: (config) => ({ ...config, wechatpay_public_key_id: config.serial_no ?? "" }),
    alarm: ["wechatpay_key", /wechatpay_public_key_id holds a certificate's serial/],
  },
  {
    name: "the id of another public key",
    config: set({ wechatpay_public_key_id: "PUB_KEY_ID_0119000072912024101100000000001234" }),
    alarm: ["wechatpay_key", /WeChat does not know this wechatpay_public_key_id/],
  },
  {
    name: "a public key that is not of this id",
    config: set({ wechatpay_public_key: stranger.publicKey }),
    alarm: ["answer_verified", /wechatpay_public_key must be the key of wechatpay_public_key_id/],
  },
  {
    name: "no public key, where the merchant has nothing else",
    config: (config) => without(config, "wechatpay_public_key", "wechatpay_public_key_id"),
    alarm: ["wechatpay_key", /no platform certificates, only WeChat Pay's public key/],
  },
];

const SHARED_KEYS: readonly Case[] = [
  {
    name: "an APIv3 key that lacks a character",
    config: (config) => ({ ...config, api_v3_key: (config.api_v3_key ?? "").slice(1) }),
    alarm: ["api_v3_key", /must have 32 characters, it has 31/],
  },
  {
    name: "the AppSecret in place of the APIv3 key",
    config: (config) => ({ ...config, api_v3_key: config.app_secret ?? "" }),
    alarm: ["api_v3_key", /holds the AppSecret/],
  },
  {
    name: "the v2 key where the v3 key belongs",
    keys: CERTIFICATES,
    config: (config) => ({
      ...without(config, "wechatpay_public_key", "wechatpay_public_key_id"),
      api_v3_key: config.api_key ?? "",
    }),
    alarm: ["api_v3_key", /api_v3_key holds the API v2 key/],
  },
  {
    name: "the same, where only the public key is used and v2 is not",
    config: (config) => ({ ...without(config, "api_key"), api_v3_key: config.api_key ?? "" }),
    alarm: ["api_v3_key", /api_v3_key holds the API v2 key/],
  },
  {
    name: "an APIv3 key of long ago",
    keys: CERTIFICATES,
    config: (config) => ({
      ...without(config, "wechatpay_public_key", "wechatpay_public_key_id"),
      api_v3_key: "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
    }),
    alarm: ["api_v3_key", /does not decrypt WeChat's platform certificates/],
  },
  {
    name: "the v3 key where the v2 key belongs",
    config: (config) => ({ ...config, api_key: config.api_v3_key ?? "" }),
    alarm: ["api_v2_key", /api_key takes the API v2 key.*the APIv3 key is a different one/],
  },
  {
    name: "the same with API v2 alone",
    from: "v2",
    config: (config, fixture) => ({ ...config, api_key: fixture.v3.api_v3_key ?? "" }),
    alarm: ["api_v2_key", /api_key takes the API v2 key/],
  },
];

const NAMES: readonly Case[] = [
  {
    name: "another merchant number",
    config: set({ mch_id: "1900007291" }),
    alarm: ["merchant_number", /Check mch_id/],
  },
  {
    name: "another merchant number with API v2",
    from: "v2",
    config: (config) => ({ ...without(config, "cert_path", "key_path"), mch_id: "1900007291" }),
    alarm: ["merchant_number", /Check mch_id/],
  },
  {
    name: "a merchant number that the certificate contradicts",
    config: (config, fixture) => ({ ...withCertificate(config, fixture), mch_id: "1900007291" }),
    alarm: ["merchant_number", /Check mch_id/],
  },
  {
    name: "appid and mch_id changed for each other",
    config: (config) => ({ ...config, mch_id: config.appid ?? "" }),
    alarm: ["merchant_number", /mch_id holds an app id/],
  },
  {
    name: "an app that is not bound",
    config: set({ appid: "wxd678efh567hg6787" }),
    alarm: ["app", /APPIDMCHIDNOTMATCH.*Bind this AppID/],
  },
  {
    name: "an app that is not bound, with API v2",
    from: "v2",
    config: set({ appid: "wxd678efh567hg6787" }),
    alarm: ["app", /Bind this AppID/],
  },
  {
    name: "a wrong app secret",
    config: set({ app_secret: "192006250b4c09247ec02edce69f6a2d" }),
    alarm: ["app_secret", /Reset the AppSecret/],
  },
  {
    name: "a key that the file does not have",
    config: set({ mchid: "1900007291" }),
    alarm: ["config_file", /mchid is not a key of this file/],
  },
];

const WIRE: readonly Case[] = [
  {
    name: "a clock that is eleven minutes behind",
    clock: { skewMs: 660_000 },
    alarm: ["clock", /this clock is 6(59|60|61) s behind WeChat's.*timedatectl/],
  },
  {
    name: "a clock that begins to run ahead",
    clock: { skewMs: -120_000 },
    alarm: ["clock", /1(19|20|21) s ahead of WeChat's/, "warning"],
  },
  {
    name: "answers with a wrong signature",
    faults: { badSignature: true },
    alarm: ["answer_verified", /is not valid.*a proxy alters the answers/],
  },
  {
    name: "answers without a signature",
    faults: { unsigned: true },
    alarm: ["answer_verified", /strips the Wechatpay-\* headers/],
  },
  {
    name: "answers from a cache",
    faults: { oldTimestamp: true },
    alarm: ["answer_verified", /36\d\d s away.*cache/],
  },
  { name: "calls that hang", faults: { silent: true }, alarm: ["signed_call", /time-out/] },
  { name: "work that is done and never answered", faults: { hang: true }, alarm: ["signed_call", /time-out/] },
  { name: "connections that are cut", faults: { dropConnection: true }, alarm: ["signed_call", /no answer/] },
  { name: "v2 calls that hang", from: "v2", faults: { silent: true }, alarm: ["signed_call", /time-out/] },
  {
    name: "an address where nobody listens",
    config: set({ api_base: "http://127.0.0.1:9" }),
    alarm: ["connection", /ECONNREFUSED.*Check api_base/],
  },
  {
    name: "a server whose certificate nobody vouches for",
    from: "v2",
    config: (config) => without(config, "api_ca_path"),
    alarm: ["connection", /api_ca_path/],
  },
];

export const SEEDED: readonly (readonly [string, readonly Case[]])[] = [
  ["the merchant's private key", PRIVATE_KEY],
  ["the merchant's certificate", CERTIFICATE],
  ["WeChat Pay's key", WECHATPAY_KEY],
  ["the two shared keys", SHARED_KEYS],
  ["names", NAMES],
  ["the wire", WIRE],
];
