import { setTimeout as sleep } from "node:timers/promises";
import type { Examinee } from "#lib/base/examinee.ts";
import { type BilingualText, type Finding, failed, ok, unknown, warn } from "#lib/base/finding.ts";
import { exchange, exchangeTrusting } from "../transport.ts";
import { checkApp, checkOauth } from "./check-app.ts";
import { checkNetwork } from "./check-network.ts";
import type { ConnectionOptions, TestNoticeReply, WechatCheckOptions } from "./check-options.ts";
import { checkClientCertificate, checkV2, isV2Key, signerOf, type V2CheckResult } from "./check-v2.ts";
import { checkEcho, checkV3, type V3CheckResult } from "./check-v3.ts";

const NOTICE_WAIT_MS = 2_500;
const LOOK_EVERY_MS = 100;

/**
 * Shows the credentials to WeChat, by calls that change nothing there. Two rounds, each bounded by the probes' own limits: in the
 * second what only makes sense when the first went well.
 */
export async function checkAtWechat(examinee: Examinee, options: WechatCheckOptions): Promise<Finding[]> {
  const run = exchangeTrusting(examinee.apiCaPem, options.exchange ?? exchange);
  const way: ConnectionOptions = { apiBase: examinee.apiBase, exchange: run, backupOf: () => null };
  const { merchantNumber, v3 } = examinee;
  const signer = signerOf(examinee);
  const [network, v3Result, v2Result] = await Promise.all([
    checkNetwork(way, options.clock),
    v3 === null || merchantNumber === null ? null : checkV3({ ...examinee, v3, merchantNumber }, way, options),
    signer === null ? null : checkV2(signer, way, !examinee.wantsV3),
  ]);
  const first = [...network.findings, ...(v3Result?.findings ?? []), ...(v2Result?.findings ?? [])];
  if (!network.reachable || network.clockIsOff) return first;
  const second = await Promise.all([
    v3Result === null ? [] : checkEchoAndNotice(examinee, v3Result, options),
    examineKeys(examinee, { v3Result, v2Result, way, options }),
    v3Result?.ask == null ? [] : checkApp(examinee, v3Result.ask, options),
    checkOauth(examinee, way),
    v2Result?.keyIsRight === true && signer !== null ? checkClientCertificate(examinee, signer, way) : [],
  ]);
  return preferProvenKey([...first, ...second.flat()]);
}

/** A notice that could be opened proves the APIv3 key, so it replaces earlier guesses. */
function preferProvenKey(findings: readonly Finding[]): Finding[] {
  const isProven = findings.some(({ check, result }) => check === "notify_echo" && result === "ok");
  if (!isProven) return [...findings];
  const opened = ok("api_v3_key", { zh: "已用它解开微信的测试回调", en: "it opened WeChat's test notice" });
  return [...findings.filter(({ check }) => check !== "api_v3_key"), opened];
}

/** The echo, and the notice that comes with it. */
async function checkEchoAndNotice(
  examinee: Examinee,
  result: V3CheckResult,
  options: WechatCheckOptions,
): Promise<Finding[]> {
  const { merchantNumber, v3, notifyUrl } = examinee;
  const { ask, certificates } = result;
  if (ask === null || v3 === null || merchantNumber === null) return [];
  const readNotice = notifyUrl === null ? undefined : await options.listen?.();
  const ready = { ...examinee, v3, merchantNumber };
  const echoTo = { clock: options.clock, notifyUrl: readNotice === undefined ? null : notifyUrl };
  const answer = await checkEcho(ready, { ask, certificates }, echoTo);
  if (readNotice === undefined || answer.check === "signed_call") return [answer];
  return [answer, judgeNotice(await waitFor(readNotice))];
}

async function waitFor(readNotice: () => Promise<TestNoticeReply | null>): Promise<TestNoticeReply | null> {
  const until = performance.now() + NOTICE_WAIT_MS;
  for (;;) {
    const reply = await readNotice();
    if (reply !== null || performance.now() > until) return reply;
    await sleep(LOOK_EVERY_MS);
  }
}

function judgeNotice(reply: TestNoticeReply | null): Finding {
  if (reply === null) {
    return warn(
      "notify_echo",
      {
        zh: "请微信发来一条测试回调，数秒内没有收到",
        en: "WeChat was asked for a test notice, and none came within seconds",
      },
      {
        zh: "确认公网能访问 notify_url（防火墙、CDN、域名备案、Nginx 转发），再体检一次。",
        en: "See that notify_url can be reached from outside (firewall, CDN, proxy rules), then try once more.",
      },
    );
  }
  if (reply.kind === "accepted") {
    return ok("notify_echo", {
      zh: "微信的测试回调已收到并验证",
      en: "WeChat's test notice came in and was verified",
    });
  }
  if (reply.reason === "undecryptable") {
    return failed("api_v3_key", { zh: "回调用它解不开", en: "it does not open WeChat's notices" }, V3_KEY);
  }
  return failed(
    "notify_echo",
    { zh: `回调未通过验证：${reply.reason}`, en: `the notice was not believed: ${reply.reason}` },
    {
      zh: "确认反向代理原样转发请求体与 Wechatpay-* 请求头，且公钥（或平台证书）正确。",
      en: "See that the reverse proxy passes body and Wechatpay-* headers on untouched, and that the public key (or certificates) is right.",
    },
  );
}

const V3_KEY: BilingualText = {
  zh: "到商户平台 → 账户中心 → API安全 → APIv3密钥 重新设置，把同样的 32 个字符填入 api_v3_key。",
  en: "Set it anew at merchant platform → 账户中心 → API安全 → APIv3密钥 and put the same 32 characters into api_v3_key.",
};

interface KeyCheckInput {
  readonly v3Result: V3CheckResult | null;
  readonly v2Result: V2CheckResult | null;
  readonly way: ConnectionOptions;
  readonly options: WechatCheckOptions;
}

/** Two secrets of one form, often mistaken for each other: which of them is which only WeChat knows. */
async function examineKeys(
  examinee: Examinee,
  { v3Result, v2Result, way, options }: KeyCheckInput,
): Promise<Finding[]> {
  const v3Key = examinee.v3?.apiV3Key?.reveal() ?? null;
  if (v3Key === null || v3Result === null || v3Result.certificates.keyOpens === true) return [];
  const refused = v3Result.certificates.keyOpens === false;
  if (!refused && options.hasOpenedNotices === true) {
    return [ok("api_v3_key", { zh: "已用它解开过回调", en: "it has opened notices before" })];
  }
  const isEqual = v3Key === examinee.v2?.apiKey.reveal();
  const signsV2 = isEqual ? v2Result?.keyIsRight === true : await isV2Key(v3Key, examinee, way);
  if (signsV2) {
    const evidence = { zh: "api_v3_key 里填的是 APIv2 密钥", en: "api_v3_key holds the API v2 key" };
    return [refused || !isEqual ? failed("api_v3_key", evidence, V3_KEY) : warn("api_v3_key", evidence, V3_KEY)];
  }
  if (refused)
    return [
      failed(
        "api_v3_key",
        { zh: "它解不开微信的平台证书", en: "it does not open WeChat's platform certificates" },
        V3_KEY,
      ),
    ];
  return [unknown("api_v3_key", { zh: "要等第一条回调才能确认", en: "only the first notice will prove it" })];
}
