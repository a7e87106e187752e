import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { fundFlowBill, tradeBill } from "../../books/bill-text.ts";
import { WeChatError } from "../../books/wechat-error.ts";
import { beijingDay, DAY_MS, HOUR_MS, MINUTE_MS } from "../../clock.ts";
import type { SandboxContext } from "../../context.ts";
import { consumeFault } from "../../faults.ts";
import type { HttpRoute, Incoming } from "../../http.ts";
import { randomText } from "../../keys/key-ring.ts";
import { operationV3, type V3Answer } from "./operation.ts";

const LINK_LIFE_MS = 5 * MINUTE_MS;
/** A day's bill is available from ten o'clock of the next day. */
const READY_AFTER_MS = 10 * HOUR_MS;
const KEPT_MS = 92 * DAY_MS;
const BEIJING_OFFSET = "+08:00";

interface Link {
  readonly bytes: Buffer;
  readonly gzip: boolean;
  readonly createdAt: number;
}

/** A day's bills. Links live five minutes, so they are kept in memory only. */
export function billRoutes(context: SandboxContext): HttpRoute[] {
  const links = new Map<string, Link>();
  return [
    {
      method: "GET",
      path: "/v3/bill/tradebill",
      run: operationV3(context, "bill", (incoming) =>
        publish({ context, links, incoming }, (day) =>
          tradeBill(context, day, oneOfQuery(incoming, TRADE_BILLS, "bill_type")),
        ),
      ),
    },
    {
      method: "GET",
      path: "/v3/bill/fundflowbill",
      run: operationV3(context, "bill", (incoming) => {
        const account = oneOfQuery(incoming, ACCOUNTS, "account_type");
        // Only the basic account has movements.
        return publish({ context, links, incoming }, (day) =>
          account === "BASIC" ? fundFlowBill(context, day) : null,
        );
      }),
    },
    {
      method: "GET",
      path: "/v3/billdownload/file",
      run: operationV3(context, "bill_file", (incoming) => download({ context, links, incoming })),
    },
  ];
}

const TRADE_BILLS = ["ALL", "SUCCESS", "REFUND"] as const;
const ACCOUNTS = ["BASIC", "OPERATION", "FEES"] as const;

/** @param allowed the first is the default */
function oneOfQuery<Value extends string>({ url }: Incoming, allowed: readonly Value[], name: string): Value {
  const given = url.searchParams.get(name) ?? allowed[0];
  const value = allowed.find((known) => known === given);
  if (value === undefined) {
    throw new WeChatError("PARAM_ERROR", `${name}不支持`, { field: name, value: given, location: "query" });
  }
  return value;
}

interface BillRequest {
  readonly context: SandboxContext;
  readonly links: Map<string, Link>;
  readonly incoming: Incoming;
}

function publish({ context, links, incoming }: BillRequest, write: (day: string) => string | null): V3Answer {
  const { searchParams } = incoming.url;
  const now = context.clock.now();
  const day = searchParams.get("bill_date") ?? "";
  checkBillDay(context, day);
  const tarType = searchParams.get("tar_type");
  if (tarType !== null && tarType !== "GZIP") throw new WeChatError("PARAM_ERROR", "tar_type不支持");
  const text = write(day);
  if (text === null) throw new WeChatError("NO_STATEMENT_EXIST", "账单文件不存在");
  const bytes = Buffer.from(text, "utf8");
  for (const [token, link] of links) if (now - link.createdAt > LINK_LIFE_MS) links.delete(token);
  const token = randomText(43);
  const wrongHash = consumeFault(context.faults.bill, "wrongHash");
  links.set(token, { bytes, gzip: tarType === "GZIP", createdAt: now });
  return {
    status: 200,
    value: {
      hash_type: "SHA1",
      // Over the bytes before they are compressed.
      hash_value: createHash("sha1")
        .update(wrongHash ? "" : bytes)
        .digest("hex"),
      download_url: `${incoming.origin ?? context.url}/v3/billdownload/file?token=${token}`,
    },
  };
}

/** @param day `2026-07-01` @throws WeChatError when no bill of that day is available now */
export function checkBillDay({ clock, faults }: SandboxContext, day: string): void {
  const now = clock.now();
  const start = Date.parse(`${day}T00:00:00${BEIJING_OFFSET}`);
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(start) || beijingDay(new Date(start)) !== day) {
    throw new WeChatError("PARAM_ERROR", "bill_date格式错误", { field: "bill_date", value: day, location: "query" });
  }
  const end = start + DAY_MS;
  if (consumeFault(faults.bill, "stillCreating")) throw new WeChatError("STATEMENT_CREATING", "账单生成中，请稍后再试");
  if (consumeFault(faults.bill, "alwaysReady") && start <= now) return;
  if (end > now) throw new WeChatError("INVALID_REQUEST", "账单日期须早于今天");
  if (now - start > KEPT_MS) throw new WeChatError("INVALID_REQUEST", "只能下载三个月以内的账单");
  if (now < end + READY_AFTER_MS) throw new WeChatError("STATEMENT_CREATING", "账单生成中，请稍后再试");
}

function download({ context, links, incoming }: BillRequest): V3Answer {
  const link = links.get(incoming.url.searchParams.get("token") ?? "");
  if (link === undefined || context.clock.now() - link.createdAt > LINK_LIFE_MS) {
    throw new WeChatError("INVALID_REQUEST", "下载链接已失效，请重新申请账单");
  }
  const { gzip, bytes } = link;
  const file = gzip
    ? { type: "application/x-gzip", bytes: gzipSync(bytes) }
    : { type: "text/plain; charset=utf-8", bytes };
  return { status: 200, file };
}
