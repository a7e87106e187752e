import { setTimeout as sleep } from "node:timers/promises";
import type { CheckableCredentials } from "#lib/base/account-credentials.ts";
import { type Finding, failed, ok, unknown, warn } from "#lib/base/finding.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
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
export async function checkAtWechat(
  credentials: CheckableCredentials,
  options: WechatCheckOptions,
): Promise<Finding[]> {
  const run = exchangeTrusting(credentials.apiCaPem, options.exchange ?? exchange);
  const way: ConnectionOptions = { apiBase: credentials.apiBase, exchange: run, backupOf: () => null };
  const { merchantNumber, v3 } = credentials;
  const signer = signerOf(credentials);
  const [network, v3Result, v2Result] = await Promise.all([
    checkNetwork(way, options.clock),
    v3 === null || merchantNumber === null ? null : checkV3({ ...credentials, v3, merchantNumber }, way, options),
    signer === null ? null : checkV2(signer, way, !credentials.wantsV3),
  ]);
  const first = [...network.findings, ...(v3Result?.findings ?? []), ...(v2Result?.findings ?? [])];
  if (!network.reachable || network.clockIsOff) return first;
  const second = await Promise.all([
    v3Result === null ? [] : checkEchoAndNotice(credentials, v3Result, options),
    examineKeys(credentials, { v3Result, v2Result, way, options }),
    v3Result?.ask == null ? [] : checkApp(credentials, v3Result.ask, options),
    checkOauth(credentials, way),
    v2Result?.keyIsRight === true && signer !== null ? checkClientCertificate(credentials, signer, way) : [],
  ]);
  return preferProvenKey([...first, ...second.flat()]);
}

/** A notice that could be opened proves the APIv3 key, so it replaces earlier guesses. */
function preferProvenKey(findings: readonly Finding[]): Finding[] {
  const isProven = findings.some(({ check, result }) => check === "notify_echo" && result === "ok");
  if (!isProven) return [...findings];
  const opened = ok("api_v3_key", say("keyOpenedTestNotification"));
  return [...findings.filter(({ check }) => check !== "api_v3_key"), opened];
}

/** The echo call, and the test notification that it sends. */
async function checkEchoAndNotice(
  credentials: CheckableCredentials,
  result: V3CheckResult,
  options: WechatCheckOptions,
): Promise<Finding[]> {
  const { merchantNumber, v3, notifyUrl } = credentials;
  const { ask, certificates } = result;
  if (ask === null || v3 === null || merchantNumber === null) return [];
  const readNotice = notifyUrl === null ? undefined : await options.listen?.();
  const ready = { ...credentials, v3, merchantNumber };
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
    return warn("notify_echo", say("testNotificationMissing"), say("checkNotifyUrlReachable"));
  }
  if (reply.kind === "accepted") {
    return ok("notify_echo", say("testNotificationVerified"));
  }
  if (reply.reason === "undecryptable") {
    return failed("api_v3_key", say("keyDoesNotOpenNotifications"), V3_KEY);
  }
  return failed(
    "notify_echo",
    say("notificationNotVerified", { reason: reply.reason }),
    say("passNotificationUntouched"),
  );
}

const V3_KEY: Sentence = say("setV3KeyAnew");

interface KeyCheckInput {
  readonly v3Result: V3CheckResult | null;
  readonly v2Result: V2CheckResult | null;
  readonly way: ConnectionOptions;
  readonly options: WechatCheckOptions;
}

/** Two secrets of the same form, often mistaken for each other; only WeChat can tell which is which. */
async function examineKeys(
  credentials: CheckableCredentials,
  { v3Result, v2Result, way, options }: KeyCheckInput,
): Promise<Finding[]> {
  const v3Key = credentials.v3?.apiV3Key?.reveal() ?? null;
  if (v3Key === null || v3Result === null || v3Result.certificates.keyOpens === true) return [];
  const refused = v3Result.certificates.keyOpens === false;
  if (!refused && options.hasOpenedNotices === true) {
    return [ok("api_v3_key", say("keyOpenedNotificationsBefore"))];
  }
  const isEqual = v3Key === credentials.v2?.apiKey.reveal();
  const signsV2 = isEqual ? v2Result?.keyIsRight === true : await isV2Key(v3Key, credentials, way);
  if (signsV2) {
    const evidence = say("v3KeyIsV2Key");
    return [refused || !isEqual ? failed("api_v3_key", evidence, V3_KEY) : warn("api_v3_key", evidence, V3_KEY)];
  }
  if (refused) return [failed("api_v3_key", say("keyDoesNotOpenCertificates"), V3_KEY)];
  return [unknown("api_v3_key", say("firstNotificationWillProve"))];
}
