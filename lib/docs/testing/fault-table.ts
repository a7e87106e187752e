import { setTimeout as sleep } from "node:timers/promises";

/** A row of the guide on faults: the body for the sandbox, and what the guide says comes of it. */
export interface FaultRow {
  readonly fault: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What the caller may be answered; none where only a bill, a browser or API v2 shows it. */
  readonly firstStatuses: readonly number[];
  /** How it ends; null where there is no such answer. */
  readonly endsAs: string | null;
}

export function faultRowsOf(guide: string): readonly FaultRow[] {
  return guide.split("\n").flatMap((line) => {
    if (!line.startsWith("| `{")) return [];
    const [, faults = "", , outcome = ""] = line.split(/\s?\|\s?/);
    // "`503`, then …", or "`503` or `200`: …".
    const [, ...firsts] = /^`(\d{3})`(?: \p{L}+ `(\d{3})`)?/u.exec(outcome) ?? [];
    const firstStatuses = firsts.filter((each) => each !== undefined).map(Number);
    const [last] = /(?<=`)[a-z]+(?=`$)/.exec(outcome) ?? [];
    return [...faults.matchAll(/`(\{.*?\})`/g)].map(([, json = ""]) => ({
      fault: JSON.parse(json) as FaultRow["fault"],
      firstStatuses,
      endsAs: firstStatuses.length === 0 || last === undefined ? null : last,
    }));
  });
}

interface Answered {
  readonly status: number;
  /** Those fields of the calls below that are read. */
  readonly body: {
    readonly id: string;
    readonly status: string;
    readonly codeUrl: string;
    readonly authCode: string;
  };
}

interface FaultWorld {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly secret: string;
}

/** Lets the fault happen to an order of its own. @returns the answer to the first call that it is about, and how it ended */
export async function letHappen({ fault }: FaultRow, outTradeNo: string, world: FaultWorld) {
  const call = async (address: string, body?: object): Promise<Answered> => {
    const response = await fetch(address, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${world.secret}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Answered["body"] };
  };
  const control = async (name: string, body: object): Promise<Answered> => {
    const answer = await call(`${world.sandboxUrl}/control/${name}`, body);
    if (answer.status !== 200) throw new Error(`${JSON.stringify(body)} is refused: ${JSON.stringify(answer.body)}`);
    return answer;
  };
  const items = [{ name: "tea", unitAmount: 100, quantity: 1 }];
  const { id } = (await call(`${world.url}/api/v1/orders`, { outTradeNo, items })).body;
  await control("faults", { ...fault, outTradeNo });
  const order = `${world.url}/api/v1/orders/${id}`;
  if ("codepay" in fault) {
    const { authCode } = (await control("auth-code", {})).body;
    const { status } = await call(`${order}/pay`, { channel: "codepay", authCode });
    return { firstStatus: status, endsAs: (await call(order)).body.status };
  }
  const open = () => call(`${world.url}/api/orders/${id}/pay`, { channel: "native" });
  const first = await open();
  const { codeUrl } = (first.status === 200 ? first : await open()).body;
  // It is paid by the shopper, or in the instant that the fault chooses.
  if (fault.api?.payBetweenQueryAndClose === undefined) await control("pay", { codeUrl });
  // Closing asks WeChat: where the notice does not come, this finds the payment.
  const { status } = (await call(`${order}/close`, {})).body;
  if (!("refund" in fault)) return { firstStatus: first.status, endsAs: status };
  const refund = await call(`${order}/refunds`, {});
  const ended = await endOf(() => call(`${world.url}/api/v1/refunds/${refund.body.id}`), fault.refund?.delayMs);
  return { firstStatus: refund.status, endsAs: ended };
}

const LOOK_EVERY_MS = 50;

/** A refund that WeChat was told to take its time with is looked at while it does. */
async function endOf(read: () => Promise<Answered>, delayMs: unknown): Promise<string> {
  for (;;) {
    const { status } = (await read()).body;
    if (status !== "pending" || typeof delayMs === "number") return status;
    await sleep(LOOK_EVERY_MS);
  }
}
