import { type BilingualText, type Finding, failed, notApplicable, ok, warn } from "#lib/base/finding.ts";
import { causeOf } from "./installation-checks.ts";
import type { Examination } from "./run-examinations.ts";

// Our own addresses, called from outside.

const TRY_MS = 2_500;
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
    const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TRY_MS) });
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
    return failed(
      check,
      { zh: `${url} 访问不到：${tried.why}`, en: `${url} cannot be reached: ${tried.why}` },
      {
        zh: "确认产品在运行、域名解析到本机、443 端口开放、HTTPS 证书有效（含完整证书链）。",
        en: "See that the product runs, the name leads here, port 443 is open and the https certificate is valid with its whole chain.",
      },
    );
  }
  const { status, headers, body, ms } = tried.tried;
  const isOurs = body.includes("FAIL");
  if (status === 401 && isOurs) {
    const evidence = {
      zh: `未签名的通知被拒绝（401，${ms} 毫秒）`,
      en: `an unsigned notice is refused (401, ${ms} ms)`,
    };
    if (ms <= SLOW_MS) return ok(check, evidence);
    return warn(check, evidence, { zh: "答复太慢：微信只等 5 秒。", en: "Too slow: WeChat waits five seconds." });
  }
  const said = { zh: `答复 HTTP ${status}`, en: `it answers HTTP ${status}` };
  if (status >= 300 && status < 400) {
    const to = headers.get("location") ?? "?";
    return failed(
      check,
      { zh: `${said.zh}，跳转到 ${to}`, en: `${said.en}, to ${to}` },
      {
        zh: "微信不跟随跳转：notify_url 直接填最终地址（https、不带 www 跳转、不经登录）。",
        en: "WeChat follows no redirect: give the final address as notify_url.",
      },
    );
  }
  return failed(check, said, adviceFor(status));
}

function adviceFor(status: number): BilingualText {
  if (status >= 200 && status < 300) {
    return {
      zh: "这个地址不验签就收下通知，答复的不是灵付：把该路径转发到本产品。",
      en: "This address takes notices without a signature, so it is not Lingfu that answers: route the path to this product.",
    };
  }
  if (status === 401 || status === 403) {
    return {
      zh: "有登录、防火墙或 WAF 拦在前面：放行 POST /payment/notify。",
      en: "A sign-in, firewall or WAF stands before it: let POST /payment/notify through.",
    };
  }
  if (status === 404 || status === 405) {
    return {
      zh: "该路径没有回调入口：notify_url 要以 /payment/notify 结尾，并由反向代理转发到本产品。",
      en: "There is no notify door at this path: end notify_url in /payment/notify and route it to this product.",
    };
  }
  return {
    zh: "反向代理或产品出错：查看 DATA_DIR/logs/web.log 与代理日志。",
    en: "The proxy or the product fails: look at DATA_DIR/logs/web.log and at the proxy's log.",
  };
}

/** The page that H5 payments begin on: WeChat wants its origin in the Referer, and knows its domain beforehand. */
export const payPageCheck = (publicUrl: string, isReal: boolean): Examination => ({
  checks: ["pay_page"],
  run: async () => [await examinePage(publicUrl, isReal)],
});

async function examinePage(publicUrl: string, isReal: boolean): Promise<Finding> {
  const check = "pay_page";
  const { protocol, host } = new URL(publicUrl);
  if (isReal && protocol !== "https:") {
    return failed(
      check,
      { zh: `PUBLIC_URL 是 ${publicUrl}`, en: `PUBLIC_URL is ${publicUrl}` },
      {
        zh: "把 PUBLIC_URL 设为顾客访问的 https 地址。",
        en: "Set PUBLIC_URL to the https address that shoppers see.",
      },
    );
  }
  const tried = await tryDoor(`${publicUrl}/pay/lingfu-doctor`);
  if (tried.kind === "lost") {
    return failed(
      check,
      { zh: `${publicUrl} 访问不到：${tried.why}`, en: `${publicUrl} cannot be reached: ${tried.why}` },
      {
        zh: "确认产品在运行，PUBLIC_URL 与反向代理正确。",
        en: "See that the product runs, and that PUBLIC_URL and the reverse proxy are right.",
      },
    );
  }
  const policy = tried.tried.headers.get("referrer-policy");
  if (policy === null || /no-referrer(?!-when-downgrade)|same-origin/.test(policy)) {
    return failed(
      check,
      { zh: `Referrer-Policy 是 ${policy}`, en: `Referrer-Policy is ${policy}` },
      {
        zh: "反向代理不要改动 Referrer-Policy：H5 支付需要 strict-origin-when-cross-origin。",
        en: "Let the reverse proxy leave Referrer-Policy alone: H5 payments need strict-origin-when-cross-origin.",
      },
    );
  }
  if (!isReal)
    return notApplicable(check, { zh: `${policy}；沙箱不查域名`, en: `${policy}; the sandbox asks for no domain` });
  return ok(check, {
    zh: `${policy}；请在商户平台登记 H5 域名 ${host} 与 JSAPI 授权目录 https://${host}/pay/`,
    en: `${policy}; register the H5 domain ${host} and the JSAPI directory https://${host}/pay/ with WeChat`,
  });
}
