import { rmSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { createAdminSessions } from "#lib/auth/admin-sessions.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { attachPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { systemClock } from "#lib/ops/system-clock.ts";
import { openDatabase } from "#lib/storage/client.ts";
import { dashboardPages } from "../support/dashboard-pages.ts";
import { choosePorts, product } from "../support/product.ts";
import { makeScratchFolder, startProductIn } from "../support/start-product.ts";
import { type ShopToSeed, seedShop } from "./seed-shop.ts";

interface PagesBench extends ShopToSeed {
  readonly rounds: number;
  /** A folder that keeps the shop for the next run; without it the shop is made anew and thrown away. */
  readonly keep?: string | undefined;
  /** Only addresses that contain this text. */
  readonly only?: string | undefined;
}

const WARM_UPS = 3;
const AIM_MS = 300;

/** Fills a shop of its own with so many orders and prints how long the server takes for every page of the dashboard. */
export async function benchPages(options: PagesBench): Promise<void> {
  await choosePorts();
  const folder = options.keep === undefined ? makeScratchFolder("pages") : path.resolve(options.keep);
  await seedShop(folder, options);
  const stopProduct = await startProductIn(folder);
  try {
    const server = await attachPostgres({ dataDir: path.join(folder, "postgres") });
    if (!server) throw new Error("the product's database was not found");
    const url = server.url();
    const cookie = await signIn(url);
    console.log(
      `\n${options.orders.toLocaleString("en")} orders, ${options.rounds} rounds a page, one after the other\n`,
    );
    console.log(`${"page".padEnd(72)} status    p50    p95 ms     kB`);
    report(await measurePages(addresses(await examples(url)), { ...options, cookie }));
  } finally {
    await stopProduct();
    if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** A session of the owner, past the sign-in page. @returns the cookie */
async function signIn(url: string): Promise<string> {
  const database = openDatabase({ url, poolSize: 1 });
  try {
    const { rows } = await database.pool.query<{ id: string }>(
      "update admin_users set must_change_password = false, first_password = null where role = 'owner' returning id",
    );
    const sessions = createAdminSessions({ pool: database.pool, clock: systemClock });
    const token = await sessions.open({
      userId: rows[0]?.id ?? "",
      awaitsCode: false,
      confirmedAt: new Date(),
      visitor: { address: "127.0.0.1", agent: "bench" },
    });
    return `lingfu_admin=${token.reveal()}`;
  } finally {
    await database.close();
  }
}

/** Something to look at for each name in brackets. */
async function examples(url: string): Promise<Readonly<Record<string, string>>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(`
      select (select id from orders where status = 'paid' order by created_at desc offset 500 limit 1) as "orderId",
             (select out_trade_no from orders where status = 'paid' order by created_at desc offset 50 limit 1) as number,
             (select transaction_id from payment_attempts where verdict = 'settles' order by paid_at desc limit 1) as transaction,
             (select id from collection_codes order by id limit 1) as "codeId"`);
    const day = beijingDay(addMs(new Date(), -DAY_MS));
    return { ...rows[0], promotionId: "demo-bakery-30-5", day, month: day.slice(0, 7) };
  } finally {
    await client.end();
  }
}

/** Every page, and the lists and figures as people narrow them. */
function addresses(example: Readonly<Record<string, string>>): string[] {
  const pages = dashboardPages().flatMap(({ route }) => {
    const names = [...route.matchAll(/\[(\w+)\]/g)].map(([, name = ""]) => name);
    if (names.some((name) => example[name] === undefined)) return [];
    return [route.replaceAll(/\[(\w+)\]/g, (_, name: string) => example[name] ?? "")];
  });
  const now = new Date();
  const back = (days: number) => beijingDay(addMs(now, -days * DAY_MS));
  const [today, month, year] = [back(0), back(30), back(364)];
  const typed = [
    "拿铁",
    "月饼",
    "生日蜡烛",
    "面",
    "Latte",
    "袋",
    "没有这样东西",
    "38.5",
    "¥18",
    "7800",
    "王小明",
    "南门店",
    "5号桌",
  ];
  const numbers = [example.number?.slice(0, 12), example.number, example.transaction, "发票抬头公司", "拿铁 冰"];
  const lists = [
    ...[...typed, ...numbers].map((text) => `q=${encodeURIComponent(text ?? "")}`),
    ...["paid", "closed", "pending", "refunded", "partially_refunded"].map((status) => `status=${status}`),
    `from=${month}&to=${today}`,
    `from=${year}&to=${today}`,
    `from=${year}&to=${today}&status=paid`,
    `paidFrom=${year}&paidTo=${today}`,
    `paidFrom=${year}&paidTo=${today}&channel=h5`,
    `paidFrom=${year}&paidTo=${back(180)}&scene=dining`,
    "store=sto_south",
    "store=sto_south&status=closed",
    "store=sto_south&channel=h5&scene=retail",
    "cashier=csh_1",
    "channel=codepay",
    "scene=parking",
    "code=col_bench1",
    "offer=demo-100-20",
    "offer=-",
    `q=${encodeURIComponent("拿铁")}&status=closed`,
    `q=${encodeURIComponent("拿铁")}&from=${year}&to=${back(200)}`,
  ];
  return [
    ...pages,
    ...lists.map((query) => `/orders?${query}`),
    ...[
      "status=succeeded",
      "status=pending",
      "status=closed",
      `from=${year}&to=${today}`,
      "q=1.00",
      "q=5030",
      "q=rbench",
    ].map((query) => `/refunds?${query}`),
    ...[...numbers, "顾客", "没有这样的原因"].map((text) => `/refunds?q=${encodeURIComponent(text ?? "")}`),
    `/settings/audit?q=${encodeURIComponent("没有这个人")}`,
    ...["7", "90"].map((days) => `/insights?days=${days}`),
    ...["channel", "scene", "store", "till", "cashier", "code", "offer"].map(
      (split) => `/trends?from=${year}&to=${today}&step=month&split=${split}`,
    ),
    `/trends?from=${back(729)}&to=${today}&step=week&split=offer`,
    `/trends?from=${back(89)}&to=${today}&step=day&split=offer`,
  ];
}

interface TimedPage {
  readonly page: string;
  readonly status: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** One after the other, so that each figure is the server's time for that page alone. */
async function measurePages(
  pages: readonly string[],
  { rounds, cookie, only = "" }: PagesBench & { cookie: string },
): Promise<TimedPage[]> {
  const lines: TimedPage[] = [];
  for (const page of pages.filter((each) => decodeURIComponent(each).includes(only))) {
    const times: number[] = [];
    let [status, bytes] = [0, 0];
    for (let round = -WARM_UPS; round < rounds; round++) {
      const began = performance.now();
      const answer = await fetch(`${product.url}/admin${page}`, { headers: { cookie }, redirect: "manual" });
      bytes = (await answer.arrayBuffer()).byteLength;
      status = answer.status;
      if (round >= 0) times.push(performance.now() - began);
    }
    times.sort((one, other) => one - other);
    const at = (share: number) =>
      Math.round(times[Math.min(times.length - 1, Math.ceil(share * times.length) - 1)] ?? 0);
    const timed = { page: `/admin${decodeURIComponent(page)}`, status, p50Ms: at(0.5), p95Ms: at(0.95) };
    lines.push(timed);
    show(timed, bytes);
  }
  return lines;
}

/** At once, so that a run that is ended early has told what it measured. */
function show({ page, status, p50Ms, p95Ms }: TimedPage, bytes: number): void {
  const figures = [String(p50Ms).padStart(6), String(p95Ms).padStart(6), String(Math.round(bytes / 1_024)).padStart(9)];
  console.log(`${page.padEnd(72)} ${status}  ${figures.join(" ")}${p95Ms > AIM_MS ? "  slow" : ""}`);
}

function report(lines: readonly TimedPage[]): void {
  const slow = lines.filter(({ p95Ms }) => p95Ms > AIM_MS).length;
  const broken = lines.filter(({ status }) => status !== 200).length;
  console.log(`\n${lines.length} pages: ${slow} above ${AIM_MS} ms at p95, ${broken} not answered with 200`);
}
