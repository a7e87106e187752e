import { DOOR_CALLS } from "#lib/base/call-budgets.ts";
import { type Finding, failed, notApplicable, ok, warn } from "#lib/base/finding.ts";
import { type Sentence, say } from "#lib/texts/sentence.ts";
import { causeOf } from "./installation-checks.ts";
import type { Examination } from "./run-examinations.ts";

// Our own addresses, called from outside.

/** WeChat waits five seconds for an answer. */
const SLOW_MS = 2_000;

interface DoorAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly ms: number;
}

type DoorResult =
  | { readonly kind: "answered"; readonly tried: DoorAnswer }
  | { readonly kind: "lost"; readonly why: string };

async function tryDoor(url: string, init: RequestInit = {}): Promise<DoorResult> {
  const started = performance.now();
  try {
    const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(DOOR_CALLS.doctorMs) });
    const body = (await answer.text()).slice(0, 2_000);
    const { status, headers } = answer;
    return { kind: "answered", tried: { status, headers, body, ms: Math.round(performance.now() - started) } };
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
    return { kind: "lost", why: codeOf(inner) ?? causeOf(inner) };
  }
}

const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;

/** Sends an unsigned notification: our notify address must refuse it. */
export const notifyDoorCheck = (notifyUrl: string, protocol: "v3" | "v2"): Examination => ({
  checks: ["notify_door"],
  run: async () => [judgeDoor(notifyUrl, await tryDoor(notifyUrl, UNSIGNED[protocol]))],
});

const UNSIGNED: Readonly<Record<"v3" | "v2", RequestInit>> = {
  v3: { method: "POST", headers: { "content-type": "application/json" }, body: '{"from":"lingfu doctor"}' },
  v2: {
    method: "POST",
    headers: { "content-type": "text/xml" },
    body: "<xml><return_code>SUCCESS</return_code><attach>lingfu doctor</attach></xml>",
  },
};

function judgeDoor(url: string, tried: DoorResult): Finding {
  const check = "notify_door";
  if (tried.kind === "lost") {
    return failed(check, say("urlNotReachable", { url, why: tried.why }), say("checkNotifyDoor"));
  }
  const { status, headers, body, ms } = tried.tried;
  const isOurs = body.includes("FAIL");
  if (status === 401 && isOurs) {
    const evidence = say("unsignedNotificationRefused", { ms });
    if (ms <= SLOW_MS) return ok(check, evidence);
    return warn(check, evidence, say("answersTooSlowly"));
  }
  if (status >= 300 && status < 400) {
    const to = headers.get("location") ?? "?";
    return failed(check, say("answersRedirect", { status, to }), say("giveFinalNotifyUrl"));
  }
  return failed(check, say("answersStatus", { status }), adviceFor(status));
}

function adviceFor(status: number): Sentence {
  if (status >= 200 && status < 300) {
    return say("notLingfuAnswering");
  }
  if (status === 401 || status === 403) {
    return say("letNotificationsThrough");
  }
  if (status === 404 || status === 405) {
    return say("noNotifyDoor");
  }
  return say("checkProxyAndLogs");
}

/** The page that H5 payments begin on: WeChat requires its origin in the Referer, and its domain to be registered. */
export const payPageCheck = (publicUrl: string, isReal: boolean): Examination => ({
  checks: ["pay_page"],
  run: async () => [await examinePage(publicUrl, isReal)],
});

async function examinePage(publicUrl: string, isReal: boolean): Promise<Finding> {
  const check = "pay_page";
  const { protocol, host } = new URL(publicUrl);
  if (isReal && protocol !== "https:") {
    return failed(check, say("publicUrlIs", { url: publicUrl }), say("setPublicUrl"));
  }
  const tried = await tryDoor(`${publicUrl}/pay/lingfu-doctor`);
  if (tried.kind === "lost") {
    return failed(check, say("urlNotReachable", { url: publicUrl, why: tried.why }), say("checkPublicUrl"));
  }
  const policy = tried.tried.headers.get("referrer-policy");
  if (policy === null || /no-referrer(?!-when-downgrade)|same-origin/.test(policy)) {
    return failed(check, say("referrerPolicyIs", { policy: policy ?? "–" }), say("leaveReferrerPolicy"));
  }
  if (!isReal) return notApplicable(check, say("policyInSandbox", { policy }));
  return ok(check, say("policyReal", { policy, host }));
}
