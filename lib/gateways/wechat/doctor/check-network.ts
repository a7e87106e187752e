import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Clock } from "#lib/base/clock.ts";
import { type BilingualText, type Finding, failed, ok, warn } from "#lib/base/finding.ts";
import { CLOCK_SKEW_S_MAX, DOCTOR_SKEW_S_WARN } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import { backupOrigin } from "../send-with-backup.ts";
import { type NoAnswer, type RawAnswer, USER_AGENT } from "../transport.ts";
import { type ConnectionOptions, PROBE_LIMITS } from "./check-options.ts";

// The way to WeChat: names, connections to both hosts, and what time it is there.

export interface NetworkFound {
  readonly findings: readonly Finding[];
  readonly reachable: boolean;
  /** Our clock is off by more than WeChat forgives. */
  readonly clockIsOff: boolean;
}

const NAME_MS = 2_000;

export async function checkNetwork(way: ConnectionOptions, clock: Clock): Promise<NetworkFound> {
  const backup = backupOrigin(way.apiBase);
  const origins = backup === null ? [way.apiBase] : [way.apiBase, backup];
  const [names, knocks] = await Promise.all([
    examineNames(origins),
    Promise.all(origins.map((origin) => knock(way, origin, clock))),
  ]);
  const reachable = knocks.some(({ answer }) => answer.kind === "answer");
  const time = examineClock(knocks);
  return {
    findings: [names, examineConnection(knocks), ...(time === null ? [] : [time])],
    reachable,
    clockIsOff: time?.result === "failed",
  };
}

async function examineNames(origins: readonly string[]): Promise<Finding> {
  const hosts = origins.map((origin) => new URL(origin).hostname.replace(/^\[|\]$/g, ""));
  const named = hosts.filter((host) => isIP(host) === 0);
  if (named.length === 0)
    return ok("dns", { zh: "地址是 IP，无需解析", en: "the address is an IP: no name to look up" });
  const found = await Promise.all(named.map(async (host) => ({ host, address: await addressOf(host) })));
  const lost = found.filter(({ address }) => address === null).map(({ host }) => host);
  if (lost.length === 0) {
    const list = found.map(({ host, address }) => `${host} → ${address}`).join(", ");
    return ok("dns", { zh: list, en: list });
  }
  const evidence = { zh: `无法解析 ${lost.join("、")}`, en: `no address for ${lost.join(", ")}` };
  const next = {
    zh: "检查服务器的 DNS 设置（/etc/resolv.conf）与防火墙，或换用 223.5.5.5、119.29.29.29。",
    en: "Check the server's DNS settings (/etc/resolv.conf) and its firewall.",
  };
  return lost.length === named.length ? failed("dns", evidence, next) : warn("dns", evidence, next);
}

function addressOf(host: string): Promise<string | null> {
  const found = lookup(host).then(
    ({ address }) => address,
    () => null,
  );
  return withTimeout(found, NAME_MS, () => null);
}

interface Knock {
  readonly origin: string;
  readonly answer: RawAnswer | NoAnswer;
  readonly ms: number;
  /** Theirs minus ours, in seconds; null where no date came. */
  readonly skewS: number | null;
}

/** Any answer will do: an unsigned call is refused, and its Date header tells the time all the same. */
async function knock({ exchange }: ConnectionOptions, origin: string, clock: Clock): Promise<Knock> {
  const before = clock.now().getTime();
  const started = performance.now();
  const request = {
    origin,
    method: "GET",
    path: "/",
    headers: { accept: "application/json", "user-agent": USER_AGENT },
    body: "",
  } as const;
  const answer = await exchange(request, PROBE_LIMITS);
  const ms = Math.round(performance.now() - started);
  const date = answer.kind === "answer" ? Date.parse(answer.headers.get("date") ?? "") : Number.NaN;
  // The header has whole seconds: on the average half a second is cut off.
  const skewS = Number.isNaN(date) ? null : Math.round((date + 500 - (before + ms / 2)) / 1_000);
  return { origin, answer, ms, skewS };
}

function examineConnection(knocks: readonly Knock[]): Finding {
  const said = knocks.map(({ origin, answer, ms }) =>
    answer.kind === "answer" ? `${origin} ${ms} ms` : `${origin} ✗ ${answer.cause}`,
  );
  const lost = knocks.flatMap(({ answer }) => (answer.kind === "answer" ? [] : [answer.cause]));
  const evidence = { zh: said.join("，"), en: said.join(", ") };
  if (lost.length === 0) return ok("connection", evidence);
  return lost.length === knocks.length
    ? failed("connection", evidence, adviceFor(lost[0] ?? ""))
    : warn("connection", evidence, adviceFor(lost[0] ?? ""));
}

function adviceFor(cause: string): BilingualText {
  if (/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(cause)) {
    return {
      zh: "对方的 TLS 证书不被信任：检查是否有代理在中间，以及 api_base；沙箱需要 api_ca_path。",
      en: "The other side's TLS certificate is not trusted: look for a proxy in between, and at api_base; a sandbox needs api_ca_path.",
    };
  }
  return {
    zh: "检查 api_base、防火墙与出口代理：服务器要能访问该地址的端口（微信为 443）。",
    en: "Check api_base, the firewall and any outgoing proxy: this server must reach that address and port (443 at WeChat).",
  };
}

function examineClock(knocks: readonly Knock[]): Finding | null {
  const told = knocks.filter((each) => each.skewS !== null).sort((one, other) => one.ms - other.ms)[0];
  if (told?.skewS == null) return null;
  const off = Math.abs(told.skewS);
  const direction = told.skewS < 0 ? { zh: "快", en: "ahead of" } : { zh: "慢", en: "behind" };
  const evidence =
    off <= 1
      ? { zh: "与微信的时间一致", en: "the same time as WeChat's" }
      : { zh: `本机时钟比微信${direction.zh} ${off} 秒`, en: `this clock is ${off} s ${direction.en} WeChat's` };
  const next = {
    zh: "让系统自动对时：timedatectl set-ntp true（或启动 chrony）；容器则在宿主机上对时。误差超过 5 分钟，微信会拒绝一切请求。",
    en: "Let the system keep time: timedatectl set-ntp true (or chrony); for a container on its host. Beyond five minutes WeChat refuses every call.",
  };
  if (off > CLOCK_SKEW_S_MAX) return failed("clock", evidence, next);
  return off > DOCTOR_SKEW_S_WARN ? warn("clock", evidence, next) : ok("clock", evidence);
}
