import { access, type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import path from "node:path";
import { Webhook } from "standardwebhooks";
import { z } from "zod";
import { AppError } from "#lib/base/app-error.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { ANCHOR_CALLS } from "#lib/base/call-budgets.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { Secret } from "#lib/base/secret.ts";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { post } from "#lib/outbound/post.ts";
import type { Pool } from "#lib/storage/client.ts";
import { type AnchorHeads, keptAnchor, makeAnchor, postponeAnchor, takeAnchor } from "#lib/storage/ledger/anchors.ts";

// The day's heads, kept where somebody who may write to the database may not: a file, or an address that takes a POST.

export interface AnchorDeps {
  readonly pool: Pool;
  /** A path, or an http or https address. */
  readonly place: string;
  /** `whsec_…`: signs what goes to an address. */
  readonly secret?: Secret<string> | null;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
}

/** Named by who runs the machine, in its environment: it may as well be a neighbour. */
const POLICY = { allowPrivate: true, allowLoopback: true };
const LEASE_MS = MINUTE_MS;

const isAnchorAddress = (place: string): boolean => /^https?:\/\//.test(place);

/** Makes the day's anchor, and brings one that is due outside. What is kept twice is the same line twice. */
export async function takeAnchorTurn({
  pool,
  place,
  secret = null,
  clock,
  log,
}: AnchorDeps): Promise<"again" | "done"> {
  await makeAnchor(pool, beijingDay(clock.now()), clock.now());
  const anchor = await takeAnchor(pool, { now: clock.now(), until: addMs(clock.now(), LEASE_MS) });
  if (anchor === null) return "done";
  const { tries, day, ...rest } = anchor;
  const problem = await keep({ day, ...rest }, { place, secret, at: clock.now() });
  if (problem === null) {
    await keptAnchor(pool, day, clock.now());
    log.info("ledger.anchored", { day });
    return "again";
  }
  log.warn("ledger.not_anchored", { day, problem });
  const checkAt = addMs(clock.now(), Math.min(HOUR_MS, MINUTE_MS * 2 ** Math.min(tries, 6)));
  await postponeAnchor(pool, { day, checkAt, problem });
  return "done";
}

interface Keeping {
  readonly place: string;
  readonly secret: Secret<string> | null;
  readonly at: Date;
}

/** @returns why it was not kept */
async function keep(anchor: AnchorHeads, { place, secret, at }: Keeping): Promise<string | null> {
  const body = JSON.stringify({ format: "lingfu-anchor", version: 1, ...anchor });
  if (!isAnchorAddress(place)) return append(place, `${body}\n`);
  const headers = secret === null ? {} : signed({ id: `anchor_${anchor.day}`, body, at }, secret);
  const answer = await post({ url: place, headers, body, policy: POLICY, timeoutMs: ANCHOR_CALLS.totalMs });
  if (answer.kind === "failed") return answer.error;
  return answer.status >= 200 && answer.status < 300 ? null : `answered ${answer.status}`;
}

/** The headers of Standard Webhooks. The id is the day's on every try, so that a receiver can tell a repeat. */
const signed = ({ id, body, at }: { id: string; body: string; at: Date }, secret: Secret<string>) => ({
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(at.getTime() / SECOND_MS)),
  "webhook-signature": new Webhook(secret.reveal()).sign(id, at, body),
});

async function append(file: string, line: string): Promise<string | null> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const handle = await open(file, "a+", 0o600);
    try {
      // A crash may have cut the last line.
      await handle.writeFile((await endsWithLine(handle)) ? line : `\n${line}`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

async function endsWithLine(handle: FileHandle): Promise<boolean> {
  const { size } = await handle.stat();
  if (size === 0) return true;
  const { buffer } = await handle.read({ buffer: Buffer.alloc(1), position: size - 1 });
  return buffer.toString() === "\n";
}

const headSchema = z.object({ rowId: z.string(), rows: z.string(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
const anchorSchema = z.object({
  format: z.literal("lingfu-anchor"),
  version: z.literal(1),
  day: z.iso.date(),
  madeAt: z.iso.datetime().transform((text) => new Date(text)),
  chains: z.object({ journal: headSchema, audit: headSchema }),
});

/** Of the configured place: none while there is no file, and none of an address, which only its owner can read. */
export async function readKeptAnchors(place: string): Promise<AnchorHeads[]> {
  if (isAnchorAddress(place)) return [];
  const isThere = await access(place).then(
    () => true,
    () => false,
  );
  return isThere ? readAnchors(place) : [];
}

/** What was kept outside. A line that a crash has cut comes whole after it. @throws AppError where a line is no anchor */
export async function readAnchors(file: string): Promise<AnchorHeads[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new AppError("invalid_request", `${file} cannot be read`, { cause });
  });
  return text.split("\n").flatMap((line, at) => {
    if (line === "" || !line.endsWith("}")) return [];
    try {
      return [anchorSchema.parse(JSON.parse(line))];
    } catch (cause) {
      throw new AppError("invalid_request", `${file}, line ${at + 1} is no anchor`, { cause });
    }
  });
}
