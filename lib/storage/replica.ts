import type pg from "pg";
import type { Clock } from "#lib/base/clock.ts";
import {
  REPLICA_AGE_MAX_MS,
  REPLICA_ANSWER_MS,
  REPLICA_CHECK_EVERY_MS,
  REPLICA_POOL_SIZE,
  REPLICA_REST_MS,
} from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import { openDatabase, type Pool, type PoolAddress, type PrimaryPool } from "./client.ts";
import { isAway, isRetryable } from "./errors.ts";

// A streaming replica of the primary, for what is only looked at. What it answers may be old, so every answer says of when it
// is, and one that is older than REPLICA_AGE_MAX_MS is not used: the primary answers instead.

/** Where something that is only looked at is read. */
export interface Look {
  readonly pool: Pool;
  /** Everything that was committed until then is in it; null where the primary is read. */
  readonly asOf: Date | null;
}

export type ReplicaState =
  | { readonly kind: "usable"; readonly asOf: Date; readonly ageMs: number }
  /** Too old; null where it has replayed nothing yet. */
  | { readonly kind: "late"; readonly ageMs: number | null }
  | { readonly kind: "gone"; readonly why: string }
  /** A database of its own, or a standby of another one. */
  | { readonly kind: "no_standby" }
  | { readonly kind: "other_database" };

export interface Replica {
  /** The replica where it may be used now, or the primary. */
  look(): Promise<Look>;
  /** What is the matter with it, asked anew. */
  state(): Promise<ReplicaState>;
  close(): Promise<void>;
}

interface ReplicaParts {
  readonly address: PoolAddress;
  readonly primary: PrimaryPool;
  readonly clock: Clock;
  readonly ageMaxMs?: number;
  /** Told when the state changes its kind. */
  readonly onChange?: (state: ReplicaState) => void;
}

export function openReplica(parts: ReplicaParts): Replica {
  const { address, primary, clock, ageMaxMs = REPLICA_AGE_MAX_MS, onChange = () => {} } = parts;
  const database = openDatabase({ ...address, poolSize: REPLICA_POOL_SIZE });
  const pool = withFallback(database.pool, primary);
  let known: { readonly state: Promise<ReplicaState>; readonly until: Date } | null = null;
  let kind: ReplicaState["kind"] | null = null;

  async function ask(): Promise<ReplicaState> {
    const state = await withTimeout(
      readState({ replica: database.pool, primary, clock, ageMaxMs }),
      REPLICA_ANSWER_MS,
      () => NO_ANSWER,
    ).catch(gone);
    if (state.kind !== kind) onChange(state);
    kind = state.kind;
    return state;
  }

  /** At most once a second, and not so soon again while it is of no use. */
  async function recent(): Promise<ReplicaState> {
    const now = clock.now();
    if (known === null || known.until <= now) {
      const state = ask();
      known = { state, until: addMs(now, REPLICA_CHECK_EVERY_MS) };
      const { kind: found } = await state;
      if (found === "gone" && known?.state === state) known = { state, until: addMs(now, REPLICA_REST_MS) };
    }
    return known.state;
  }

  return {
    async look() {
      const state = await recent();
      return state.kind === "usable" ? { pool, asOf: state.asOf } : { pool: primary, asOf: null };
    },
    state: ask,
    close: () => database.close(),
  };
}

const NO_ANSWER: ReplicaState = { kind: "gone", why: `no answer within ${REPLICA_ANSWER_MS} ms` };

const gone = (cause: unknown): ReplicaState => {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return { kind: "gone", why: first instanceof Error ? (first.message.split("\n")[0] ?? "") : String(first) };
};

interface Position {
  readonly lsn: string;
  readonly at: Date;
  readonly identity: string;
}

// SQL throughout: what a server knows of itself.
const IDENTITY = "(select system_identifier from pg_control_system()) || '/' || current_database() as identity";
const WRITTEN = `select pg_current_wal_insert_lsn()::text as lsn, clock_timestamp() as at, ${IDENTITY}`;
const REPLAYED = `
  select pg_is_in_recovery() as "isStandby", ${IDENTITY},
         case when pg_is_in_recovery() then pg_last_wal_replay_lsn() >= $1::pg_lsn end as "hasAll", pg_last_xact_replay_timestamp() as "replayedAt"`;

interface Replayed {
  readonly isStandby: boolean;
  readonly identity: string;
  readonly hasAll: boolean | null;
  readonly replayedAt: Date | null;
}

interface ReplicaQuestion extends Required<Pick<ReplicaParts, "primary" | "clock" | "ageMaxMs">> {
  readonly replica: Pool;
}

/**
 * A replica that has replayed all that the primary had written when it was asked is of that moment, however long nothing was
 * written; any other is as old as the last commit that it has replayed, by the primary's clock.
 */
async function readState({ replica, primary, clock, ageMaxMs }: ReplicaQuestion): Promise<ReplicaState> {
  const [written] = (await primary.query<Position>(WRITTEN)).rows;
  const asked = clock.now();
  const [replayed] = (await replica.query<Replayed>(REPLAYED, [written?.lsn])).rows;
  if (written === undefined || replayed === undefined) throw new Error("the database did not answer");
  if (replayed.identity !== written.identity) return { kind: "other_database" };
  if (!replayed.isStandby) return { kind: "no_standby" };
  if (replayed.hasAll === true) return { kind: "usable", asOf: asked, ageMs: 0 };
  if (replayed.replayedAt === null) return { kind: "late", ageMs: null };
  const ageMs = Math.max(0, written.at.getTime() - replayed.replayedAt.getTime());
  if (ageMs > ageMaxMs) return { kind: "late", ageMs };
  return { kind: "usable", asOf: addMs(asked, -ageMs), ageMs };
}

/**
 * The replica's pool; a statement that it could not answer, because it is gone or replays what the statement reads, is asked of
 * the primary. Only what is read comes here, so asking twice changes nothing.
 */
function withFallback(replica: pg.Pool, primary: pg.Pool): Pool {
  const orPrimary = <Result>(first: Promise<Result>, again: () => Promise<Result>): Promise<Result> =>
    first.catch((cause: unknown) => {
      if (isAway(cause) || isRetryable(cause)) return again();
      throw cause;
    });
  const query = (...args: [pg.QueryConfig]) => orPrimary(replica.query(...args), () => primary.query(...args));
  const connect = () => orPrimary(replica.connect(), () => primary.connect());
  return new Proxy(replica, {
    get(target, key) {
      if (key === "query") return query;
      if (key === "connect") return connect;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
