import { statfs } from "node:fs/promises";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { type BilingualText, type Finding, failed, notApplicable, ok, same, unknown, warn } from "#lib/base/finding.ts";
import {
  BACKUP_FRESH_MS,
  DISK_BYTES_LOW,
  DISK_BYTES_MIN,
  SWEEP_LAG_S_BAD,
  SWEEP_LAG_S_WARN,
  WORKER_SEEN_MS,
} from "#lib/base/limits.ts";
import { DAY_MS, SECOND_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import { migrationState } from "#lib/storage/migrate.ts";
import { readBacklog } from "#lib/storage/operations/backlog.ts";
import { lastBackup, readNotices, readWebhookTrouble } from "#lib/storage/operations/doctor.ts";
import { seenLately } from "#lib/storage/operations/heartbeats.ts";
import { readUntrustedProxies } from "#lib/storage/operations/untrusted-proxies.ts";
import type { Examination } from "./run-examinations.ts";

export interface Installation {
  readonly pool: Database["pool"];
  readonly dataDir: string;
  readonly now: Date;
  /** Whose notices are looked for; null where no account is in force. */
  readonly accountId: string | null;
  readonly sandbox: boolean;
  /** Throws where the keys at hand are not this database's. */
  readonly checkMasterKey: () => Promise<void>;
}

/** Our own machine and processes. */
export const installationChecks = (installation: Installation): Examination[] => [
  { checks: ["database"], run: async () => [await examineDatabase(installation)] },
  { checks: ["migrations"], run: async () => [await examineMigrations(installation)] },
  { checks: ["master_key"], run: async () => [await examineMasterKey(installation)] },
  { checks: ["proxy"], run: async () => [await examineProxy(installation)] },
  { checks: ["worker"], run: async () => [await examineWorker(installation)] },
  { checks: ["sweeps"], run: async () => [await examineSweeps(installation)] },
  { checks: ["webhooks"], run: async () => [await examineWebhooks(installation)] },
  { checks: ["backups"], run: async () => [await examineBackups(installation)] },
  { checks: ["last_notify"], run: async () => [await examineNotices(installation)] },
  diskCheck(installation.dataDir),
];

export const diskCheck = (dataDir: string): Examination => ({
  checks: ["disk"],
  run: async () => [await examineDisk(dataDir)],
});

const SLOW_MS = 200;
const TRIES = 3;

/** The best of some tries: a busy moment of this machine is not the database's. */
async function latencyOf(pool: Installation["pool"]): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries++) {
    const started = performance.now();
    await pool.query("select 1");
    best = Math.min(best, performance.now() - started);
  }
  return best;
}

async function examineDatabase({ pool }: Installation): Promise<Finding> {
  try {
    const { rows } = await pool.query<{ version: string; role: string; rolsuper: boolean }>(
      `select current_setting('server_version') as version, current_user as role, rolsuper from pg_roles
        where rolname = current_user`,
    );
    const ms = await latencyOf(pool);
    const evidence = same(`PostgreSQL ${rows[0]?.version}, ${ms.toFixed(1)} ms`);
    if (rows[0]?.rolsuper === true) return warn("database", isSuperuser(evidence, rows[0].role), PLAIN_ROLE);
    if (ms < SLOW_MS) return ok("database", evidence);
    return warn("database", evidence, {
      zh: "数据库应答太慢：让它与程序同机或同机房，并查看其负载。",
      en: "The database answers slowly: keep it near the product, and look at its load.",
    });
  } catch (cause) {
    const why = causeOf(cause);
    return failed(
      "database",
      { zh: `无法连接：${why}`, en: `cannot be reached: ${why}` },
      {
        zh: "启动数据库（npm start 会启动自带的），或核对 DATABASE_URL。",
        en: "Start the database (npm start starts its own), or check DATABASE_URL.",
      },
    );
  }
}

const isSuperuser = ({ zh, en }: BilingualText, role: string): BilingualText => ({
  zh: `${zh}；${role} 是超级用户`,
  en: `${en}; ${role} is a superuser`,
});

const PLAIN_ROLE: BilingualText = {
  zh: "给 DATABASE_URL 换一个只拥有自己数据库的普通角色，见 config/README.zh-CN.md 的“自己的数据库”；自带的数据库重新启动即可。",
  en: "Let DATABASE_URL name a plain role that owns its own database alone (config/README.md, “A database of your own”); the embedded one only needs a restart.",
};

export function causeOf(cause: unknown): string {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  return first instanceof Error ? (first.message.split("\n")[0] ?? "") : String(first);
}

async function examineMigrations({ pool }: Installation): Promise<Finding> {
  const { current, missing, problem } = await migrationState(pool);
  if (current) return ok("migrations", { zh: "与程序一致", en: "those of this program" });
  const why = problem ?? missing.join(", ");
  return failed(
    "migrations",
    { zh: `不一致：${why}`, en: problem ?? `missing: ${why}` },
    {
      zh: "先备份，再运行 npm run -s cli -- migrate（npm start 会自动执行）。",
      en: "Make a backup, then npm run -s cli -- migrate (npm start does it by itself).",
    },
  );
}

async function examineMasterKey({ checkMasterKey }: Installation): Promise<Finding> {
  try {
    await checkMasterKey();
    return ok("master_key", { zh: "与数据库相符", en: "the one this database was set up with" });
  } catch (cause) {
    return failed("master_key", same(causeOf(cause)), {
      zh: "把原来的 MASTER_KEY（或 DATA_DIR/master.key）放回去；不要生成新的。",
      en: "Put the first MASTER_KEY (or DATA_DIR/master.key) back; do not make a new one.",
    });
  }
}

/** Forwarded calls that are seen and not trusted: every shopper then has the proxy's address. */
async function examineProxy({ pool }: Installation): Promise<Finding> {
  const [seen] = await readUntrustedProxies(pool);
  if (seen === undefined) {
    return ok("proxy", { zh: "没有未被信任的转发", en: "no forwarded call that is not trusted" });
  }
  const evidence = {
    zh: `${seen.peer} 转发了请求，但没有被信任：顾客的地址都成了它`,
    en: `${seen.peer} forwards calls and is not trusted, so every shopper has its address`,
  };
  // Anybody on the internet may write such a header; a private address is most likely a proxy of ours.
  if (!seen.private) {
    const heard = {
      zh: `公网地址 ${seen.peer} 带来了转发头，没有采信`,
      en: `${seen.peer}, a public address, sent forwarded headers, which counted for nothing`,
    };
    return unknown("proxy", heard);
  }
  return warn("proxy", evidence, {
    zh: `如果它是你的代理，设置 TRUST_PROXY=${seen.peer}（或它所在的网段）并重启；否则 H5 支付会改用二维码，登录限额会由所有人共用。`,
    en: `If it is your proxy, set TRUST_PROXY=${seen.peer} (or its network) and start again: until then H5 falls back to the QR code and all callers share one limit.`,
  });
}

async function examineWorker({ pool }: Installation): Promise<Finding> {
  if (await seenLately(pool, "worker", WORKER_SEEN_MS)) return ok("worker", { zh: "在运行", en: "at work" });
  const seconds = WORKER_SEEN_MS / SECOND_MS;
  return failed(
    "worker",
    { zh: `${seconds} 秒内没有心跳`, en: `not seen for ${seconds} s` },
    {
      zh: "用 npm start 启动产品；若单独部署，检查 worker 进程与它的日志 DATA_DIR/logs/worker.log。",
      en: "Start the product with npm start; where the worker runs apart, look at it and at DATA_DIR/logs/worker.log.",
    },
  );
}

async function examineSweeps({ pool }: Installation): Promise<Finding> {
  const { sweepLagSeconds, waitingJobs } = await readBacklog(pool);
  const lag = Math.round(sweepLagSeconds);
  const evidence = {
    zh: `最久的待办已迟 ${lag} 秒，排队任务 ${waitingJobs} 个`,
    en: `the oldest row is ${lag} s late, ${waitingJobs} jobs wait`,
  };
  const next = {
    zh: "查看 DATA_DIR/logs/worker.log；必要时再启动一个 worker（见 README）。",
    en: "Look at DATA_DIR/logs/worker.log; start one more worker where needed (README).",
  };
  if (lag > SWEEP_LAG_S_BAD) return failed("sweeps", evidence, next);
  return lag > SWEEP_LAG_S_WARN ? warn("sweeps", evidence, next) : ok("sweeps", evidence);
}

async function examineWebhooks({ pool }: Installation): Promise<Finding> {
  const { endpoints, disabled, failing } = await readWebhookTrouble(pool);
  if (endpoints === 0) return notApplicable("webhooks", { zh: "没有登记", en: "none registered" });
  const lame = [
    ...disabled.map((url) => `${url} ✗`),
    ...failing.map(({ url, lastError }) => `${url} ${lastError ?? ""}`.trim()),
  ];
  if (lame.length === 0) return ok("webhooks", { zh: `${endpoints} 个，都送得到`, en: `${endpoints}, all delivered` });
  return warn("webhooks", same(lame.join(", ")), {
    zh: "让该地址对签名请求答复 2xx；已停用的，删除后重新登记。",
    en: "Let that address answer signed requests with 2xx; one that was disabled is removed and registered anew.",
  });
}

const moment = (at: Date) => ({ zh: `${beijingTime(at)}（北京时间）`, en: `${beijingTime(at)} (Beijing time)` });

async function examineBackups({ pool, sandbox, now }: Installation): Promise<Finding> {
  if (sandbox) return notApplicable("backups", { zh: "沙箱数据，无需备份", en: "sandbox data: none needed" });
  const last = await lastBackup(pool);
  const age = last === null ? Number.POSITIVE_INFINITY : now.getTime() - last.getTime();
  if (last !== null && age <= BACKUP_FRESH_MS) return ok("backups", moment(last));
  const days = Math.floor(age / DAY_MS);
  return warn(
    "backups",
    last === null ? { zh: "还没有备份", en: "none yet" } : { zh: `${days} 天前`, en: `${days} days ago` },
    {
      zh: "运行 npm run -s cli -- backup 文件名，并把 master.key 另存一处；建议每天定时执行。",
      en: "Run npm run -s cli -- backup FILE, and keep master.key in another place; best every day.",
    },
  );
}

async function examineNotices({ pool, accountId }: Installation): Promise<Finding> {
  if (accountId === null) return notApplicable("last_notify", { zh: "没有生效的账户", en: "no account is in force" });
  const { lastAt, paid, paidWithout, refused } = await readNotices(pool, accountId);
  const next = {
    zh: "付款是靠查询发现的：确认 notify_url 从公网可达，并看“微信的测试回调”一项。",
    en: "Payments were found by asking: see that notify_url can be reached from outside, and look at WeChat's test notice.",
  };
  const missed = {
    zh: `近 7 天 ${paid} 笔付款中有 ${paidWithout} 笔没有收到回调`,
    en: `of ${paid} payments in 7 days, ${paidWithout} came without a notice`,
  };
  if (paid >= 3 && paidWithout * 2 > paid) return warn("last_notify", missed, next);
  if (refused.length > 0) {
    const list = refused.map(({ reason, count }) => `${reason} × ${count}`).join(", ");
    return unknown("last_notify", {
      zh: `此后有未通过验证的请求：${list}`,
      en: `calls since that were not believed: ${list}`,
    });
  }
  return lastAt === null
    ? notApplicable("last_notify", { zh: "还没有回调", en: "none so far" })
    : ok("last_notify", moment(lastAt));
}

const GIB = 1_073_741_824;

async function examineDisk(dataDir: string): Promise<Finding> {
  const { bavail, bsize, blocks } = await statfs(dataDir);
  const free = bavail * bsize;
  const share = Math.round((100 * bavail) / Math.max(1, blocks));
  const evidence = {
    zh: `${dataDir} 可用 ${(free / GIB).toFixed(1)} GiB（${share}%）`,
    en: `${(free / GIB).toFixed(1)} GiB free (${share}%) at ${dataDir}`,
  };
  const next = {
    zh: "清出空间或扩容：磁盘写满后数据库会停止，付款无法入账。",
    en: "Make room: once the disk is full the database stops and no payment is booked.",
  };
  if (free < DISK_BYTES_MIN) return failed("disk", evidence, next);
  return free < DISK_BYTES_LOW ? warn("disk", evidence, next) : ok("disk", evidence);
}
