import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { NAME_CALLS } from "#lib/base/call-budgets.ts";
import type { Clock } from "#lib/base/clock.ts";
import { type Finding, failed, ok, warn } from "#lib/base/finding.ts";
import { CLOCK_SKEW_S_MAX, DOCTOR_SKEW_S_WARN } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import { plain, type Sentence, say } from "#lib/texts/sentence.ts";
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
  if (named.length === 0) return ok("dns", say("addressIsIp"));
  const found = await Promise.all(named.map(async (host) => ({ host, address: await addressOf(host) })));
  const lost = found.filter(({ address }) => address === null).map(({ host }) => host);
  if (lost.length === 0) {
    const list = found.map(({ host, address }) => `${host} → ${address}`).join(", ");
    return ok("dns", plain(list));
  }
  const evidence = say("noAddress", { hosts: lost.map(plain) });
  const next = say("checkDns");
  return lost.length === named.length ? failed("dns", evidence, next) : warn("dns", evidence, next);
}

function addressOf(host: string): Promise<string | null> {
  const found = lookup(host).then(
    ({ address }) => address,
    () => null,
  );
  return withTimeout(found, NAME_CALLS.totalMs, () => null);
}

interface Knock {
  readonly origin: string;
  readonly answer: RawAnswer | NoAnswer;
  readonly ms: number;
  /** Theirs minus ours, in seconds; null where no date came. */
  readonly skewS: number | null;
}

/** Any answer will do: an unsigned call is refused, and its Date header still tells the time. */
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
  const evidence = say("listed", { parts: said.map(plain) });
  if (lost.length === 0) return ok("connection", evidence);
  return lost.length === knocks.length
    ? failed("connection", evidence, adviceFor(lost[0] ?? ""))
    : warn("connection", evidence, adviceFor(lost[0] ?? ""));
}

function adviceFor(cause: string): Sentence {
  if (/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(cause)) {
    return say("tlsNotTrusted");
  }
  return say("checkWayOut");
}

function examineClock(knocks: readonly Knock[]): Finding | null {
  const told = knocks.filter((each) => each.skewS !== null).sort((one, other) => one.ms - other.ms)[0];
  if (told?.skewS == null) return null;
  const off = Math.abs(told.skewS);
  const evidence = off <= 1 ? say("clockAgrees") : say(told.skewS < 0 ? "clockAhead" : "clockBehind", { seconds: off });
  const next = say("keepTime");
  if (off > CLOCK_SKEW_S_MAX) return failed("clock", evidence, next);
  return off > DOCTOR_SKEW_S_WARN ? warn("clock", evidence, next) : ok("clock", evidence);
}
