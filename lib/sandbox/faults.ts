/** `true`: until changed; a number: the next so many times; `false` or 0: never. */
export type Switch = boolean | number;

/** Faults of the API. Those marked * strike after the work was done, so the caller cannot know that it was. */
export interface ApiFaults {
  /** Only these operations (names in `GET /control`); empty = all. */
  operations: string[];
  /** 0…1: share of calls refused with `errorCode` before any work. */
  errorRate: number;
  errorCode: string;
  delayMs: number;
  /** * never answers. */
  hang: Switch;
  /** * cuts the connection. */
  dropConnection: Switch;
  /** * 500 SYSTEM_ERROR. */
  errorAfterWork: Switch;
  /** * 200 with a page of HTML, unsigned. */
  html: Switch;
  /** * the true answer without `Wechatpay-*` headers. */
  unsigned: Switch;
  badSignature: Switch;
  /** Signature that begins WECHATPAY/SIGNTEST/. */
  probe: Switch;
  oldTimestamp: Switch;
  /** A close call finds the trade paid in that very moment. */
  payBetweenQueryAndClose: Switch;
}

export interface NotifyFaults {
  /** This try never arrives; the schedule goes on. */
  drop: Switch;
  /** This notice is never sent at all. */
  lose: Switch;
  /** Two copies at the same moment. */
  duplicate: Switch;
  /** Waits so long before the first try (sandbox time). */
  delayMs: number;
  /** Held until the next notice has overtaken it, or 10 s. */
  reorder: Switch;
  badSignature: Switch;
  probe: Switch;
  oldTimestamp: Switch;
  /** Rightly signed by a key whose serial nobody knows. */
  otherSerial: Switch;
  /** Signed rightly, but sealed with another APIv3 key. */
  badCiphertext: Switch;
  unknownFields: Switch;
  /** Laid over the content of new notices, e.g. `{"amount":{"total":1}}`; `null` = nothing. */
  override: Record<string, unknown> | null;
}

export interface RefundFaults {
  notEnough: Switch;
  userAccountAbnormal: Switch;
  /** What a new refund becomes. */
  outcome: "SUCCESS" | "CLOSED" | "ABNORMAL";
  /** How long a new refund stays PROCESSING (sandbox time). */
  delayMs: number;
}

export interface PhoneFaults {
  /** How late the bridge tells the page what the person did. */
  answerDelayMs: number;
  /** The bridge never tells. */
  neverAnswer: Switch;
}

/** The day's bill says something else than what happened. */
export interface BillFaults {
  omit: string[];
  /** out_trade_no → amount in fen that the bill shows. */
  wrongAmount: Record<string, number>;
}

export interface Faults {
  api: ApiFaults;
  notify: NotifyFaults;
  refund: RefundFaults;
  phone: PhoneFaults;
  bill: BillFaults;
}

export const noFaults = (): Faults => ({
  api: {
    operations: [],
    errorRate: 0,
    errorCode: "SYSTEM_ERROR",
    delayMs: 0,
    hang: false,
    dropConnection: false,
    errorAfterWork: false,
    html: false,
    unsigned: false,
    badSignature: false,
    probe: false,
    oldTimestamp: false,
    payBetweenQueryAndClose: false,
  },
  notify: {
    drop: false,
    lose: false,
    duplicate: false,
    delayMs: 0,
    reorder: false,
    badSignature: false,
    probe: false,
    oldTimestamp: false,
    otherSerial: false,
    badCiphertext: false,
    unknownFields: false,
    override: null,
  },
  refund: { notEnough: false, userAccountAbnormal: false, outcome: "SUCCESS", delayMs: 2_000 },
  phone: { answerDelayMs: 0, neverAnswer: false },
  bill: { omit: [], wrongAmount: {} },
});

/** Whether the switch strikes now; a count goes down by one. */
export function strikes<Name extends string>(group: { [name in Name]: Switch }, name: Name): boolean {
  const value: Switch = group[name];
  if (typeof value === "boolean") return value;
  if (value <= 0) return false;
  group[name] = value - 1;
  return true;
}

/** Lays a request's changes over the faults in force. @returns the first thing wrong with it, or null when applied */
export function changeFaults(faults: Faults, change: unknown): string | null {
  if (!isPlain(change)) return "the body must be a JSON object";
  const wrong = Object.entries(change)
    .map(([group, values]) => wrongGroup(faults, group, values))
    .find((reason) => reason !== null);
  if (wrong !== undefined) return wrong;
  for (const [group, values] of Object.entries(change)) Object.assign(faults[group as keyof Faults], values);
  return null;
}

function wrongGroup(faults: Faults, group: string, values: unknown): string | null {
  if (!Object.hasOwn(faults, group)) return `unknown group "${group}"; known: ${Object.keys(faults).join(", ")}`;
  if (!isPlain(values)) return `"${group}" must be an object`;
  // The defaults show each value's form.
  const forms = noFaults()[group as keyof Faults] as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(values)) {
    if (!Object.hasOwn(forms, name)) return `unknown fault "${group}.${name}"; known: ${Object.keys(forms).join(", ")}`;
    const reason = wrongValue(forms[name], value);
    if (reason !== null) return `"${group}.${name}" ${reason}`;
  }
  return null;
}

function wrongValue(form: unknown, value: unknown): string | null {
  const isAmount = typeof value === "number" && Number.isFinite(value) && value >= 0;
  if (typeof form === "boolean")
    return typeof value === "boolean" || isAmount ? null : "must be true, false or a count";
  if (typeof form === "number") return isAmount ? null : "must be a number, 0 or more";
  if (typeof form === "string") return typeof value === "string" ? null : "must be a text";
  if (Array.isArray(form)) return Array.isArray(value) ? null : "must be a list";
  return value === null || isPlain(value) ? null : "must be an object or null";
}

const isPlain = (thing: unknown): thing is Record<string, unknown> =>
  typeof thing === "object" && thing !== null && !Array.isArray(thing);
