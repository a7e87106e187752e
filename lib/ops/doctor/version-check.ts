import { FEED_CALLS } from "#lib/base/call-budgets.ts";
import { type Finding, ok, unknown } from "#lib/base/finding.ts";
import { DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { get } from "#lib/outbound/post.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import { plain, say } from "#lib/texts/sentence.ts";
import type { Examination } from "./run-examinations.ts";

// Whether a newer version is there: asked only where the merchant names a release feed (UPDATE_FEED). Nothing of the shop is sent.

export interface ReleaseFeed {
  readonly url: string;
  readonly policy: TargetPolicy;
  /** Of this program. */
  readonly version: string;
}

const ASKED_AGAIN_MS = DAY_MS;
const FAILED_AGAIN_MS = HOUR_MS;
const VERSION = /^v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;
const PAGE_CHARS_MAX = 300;

/** The answer is kept for a day, a failure for an hour. */
export function versionCheck(feed: ReleaseFeed): Examination {
  let finding: Promise<Finding> | null = null;
  let dueAt = Number.NEGATIVE_INFINITY;
  return {
    checks: ["new_version"],
    limitMs: 2 * FEED_CALLS.totalMs,
    async run() {
      if (finding === null || performance.now() >= dueAt) {
        dueAt = performance.now() + ASKED_AGAIN_MS;
        finding = askFeed(feed);
        const { result } = await finding;
        if (result === "unknown") dueAt = performance.now() + FAILED_AGAIN_MS;
      }
      return [await finding];
    },
  };
}

async function askFeed({ url, policy, version }: ReleaseFeed): Promise<Finding> {
  const answer = await get({ url, headers: {}, policy, timeoutMs: FEED_CALLS.totalMs });
  if (answer.kind === "failed") return unknown("new_version", plain(answer.error));
  const release = answer.status === 200 ? readRelease(answer.text) : null;
  if (release === null) return unknown("new_version", say("feedUnreadable", { status: String(answer.status) }));
  if (!isNewer(release.version, version)) return ok("new_version", say("versionNewest", { version }));
  const evidence = say("versionNewer", { newer: release.version, version });
  return ok("new_version", evidence, say("readUpgrading", { page: release.page }));
}

interface Release {
  readonly version: string;
  /** Where it is described; empty where the feed does not say. */
  readonly page: string;
}

/** A file of one's own (`version`, `url`), or GitHub's answer (`tag_name`, `html_url`). */
export function readRelease(text: string): Release | null {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof answer !== "object" || answer === null) return null;
  const { version, tag_name: tag, url, html_url: page } = answer as Record<string, unknown>;
  const parts = VERSION.exec(String(version ?? tag));
  if (parts === null) return null;
  const described = String((version === undefined ? page : url) ?? "");
  const isPage = /^https:\/\/\S+$/.test(described) && described.length <= PAGE_CHARS_MAX;
  return { version: parts.slice(1).join("."), page: isPage ? described : "" };
}

export function isNewer(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => VERSION.exec(text)?.slice(1).map(Number) ?? []);
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
