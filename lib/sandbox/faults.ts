/** `true`: until changed; a number: the next so many times; `false` or 0: never. */
export type Switch = boolean | number;

/** Whether the fault happens now. A count goes down by one. */
export function consumeFault<Name extends string>(group: { [name in Name]: Switch }, name: Name): boolean {
  const value: Switch = group[name];
  if (typeof value === "boolean") return value;
  if (value <= 0) return false;
  group[name] = value - 1;
  return true;
}

/** A bill row of something that never happened. Missing fields get made-up values. */
export interface UnknownRow {
  readonly outTradeNo?: string;
  readonly transactionId?: string;
  readonly total?: number;
  /** Makes it a refund's row. */
  readonly outRefundNo?: string;
  readonly refund?: number;
  readonly mchid?: string;
  /** Another app under the same merchant number. */
  readonly appid?: string;
}

/** A movement in the fund flow that the trade bill does not show. */
interface ExtraMove {
  readonly type: string;
  /** Fen; below 0 = 支出. */
  readonly amount: number;
  readonly business?: string;
}

/** Differences between a day's bills and what happened. Numbers are out_trade_no or out_refund_no; amounts are fen. */
export interface BillFaults {
  /** Rows left out: a payment, or a refund. */
  omit: string[];
  /** out_trade_no → amount. */
  wrongAmount: Record<string, number>;
  /** out_refund_no → amount. */
  wrongRefundAmount: Record<string, number>;
  /** out_trade_no → the voucher's amount. */
  wrongVoucher: Record<string, number>;
  /** Number → fee; fractions are shown to a thousandth. */
  wrongFee: Record<string, number>;
  /** out_trade_no → 交易状态; out_refund_no → 退款状态. */
  wrongStatus: Record<string, string>;
  /** Rows that appear twice. */
  duplicate: string[];
  strange: UnknownRow[];
  /** Rows with another merchant number. */
  otherMerchant: string[];
  /** Summary column → text. Otherwise the summary fits the rows shown. */
  wrongSummary: Record<string, string>;
  /** The fund flow shows no fees. */
  noFeeMoves: Switch;
  /** More movements in the fund flow. */
  extraMoves: ExtraMove[];
  /** v3: hash_value is of something else. */
  wrongHash: Switch;
  /** Bills are available at once, today's included, not from ten o'clock of the next day. */
  alwaysReady: Switch;
  /** STATEMENT_CREATING at any hour. */
  stillCreating: Switch;
  /** The layout of old merchants: 总金额, 企业红包金额. */
  oldLayout: Switch;
  /** Lines end with \n alone. */
  bareLineEnds: Switch;
}

const noBillFaults = (): BillFaults => ({
  omit: [],
  wrongAmount: {},
  wrongRefundAmount: {},
  wrongVoucher: {},
  wrongFee: {},
  wrongStatus: {},
  duplicate: [],
  strange: [],
  otherMerchant: [],
  wrongSummary: {},
  noFeeMoves: false,
  extraMoves: [],
  wrongHash: false,
  alwaysReady: false,
  stillCreating: false,
  oldLayout: false,
  bareLineEnds: false,
});

/** Faults of API calls. Those marked * happen after the work was done, so the caller cannot know that it was done. */
export interface ApiFaults {
  /** Only these operations (names in `GET /control`); empty = all. */
  operations: string[];
  /** Only calls that name one of these numbers; empty = all. So parallel tests have their own faults. */
  outTradeNos: string[];
  /** 0…1: share of calls refused with `errorCode` before any work. */
  errorRate: number;
  errorCode: string;
  /** Refused with `errorCode` before any work. */
  refuse: Switch;
  delayMs: number;
  /** The calls that `delayMs` is for. */
  delays: Switch;
  /** No answer, before any check and any work. */
  silent: Switch;
  /** * Never answers. */
  hang: Switch;
  /** * Cuts the connection. */
  dropConnection: Switch;
  /** * 500 SYSTEM_ERROR. */
  errorAfterWork: Switch;
  /** * 200 with a page of HTML, unsigned. */
  html: Switch;
  /** * The true answer without `Wechatpay-*` headers. */
  unsigned: Switch;
  badSignature: Switch;
  /** A signature that begins with WECHATPAY/SIGNTEST/. */
  probe: Switch;
  oldTimestamp: Switch;
  /** The trade is paid just before a close call looks at it. */
  payBetweenQueryAndClose: Switch;
  /** v2: closing within five minutes of the order is refused, as documented. */
  closeTooSoon: Switch;
}

export interface NotifyFaults {
  /** This try does not arrive; the retries go on. */
  drop: Switch;
  /** This notice is never sent at all. */
  lose: Switch;
  /** `copies` of it at the same moment. */
  duplicate: Switch;
  copies: number;
  /** Wait before the first try (sandbox time). */
  delayMs: number;
  /** Held until the next notice has overtaken it, or 10 s. */
  reorder: Switch;
  badSignature: Switch;
  probe: Switch;
  oldTimestamp: Switch;
  /** A correct signature by an unknown key. */
  otherSerial: Switch;
  /** A correct signature, but encrypted with another APIv3 key. */
  badCiphertext: Switch;
  unknownFields: Switch;
  /** v2: signed with MD5 if the order was signed with HMAC-SHA256, and the other way round. */
  otherSignType: Switch;
  /** Replaces content of new notices, e.g. `{"amount":{"total":1}}`; in v2 notices as `total_fee`; `null` = nothing. */
  override: Record<string, unknown> | null;
  /** So many tries of a notice carry the `override`, the later ones what is true; 0 = all carry it. */
  overrideTries: number;
}

interface RefundFaults {
  notEnough: Switch;
  userAccountAbnormal: Switch;
  /** The final status of new refunds. */
  outcome: "SUCCESS" | "CLOSED" | "ABNORMAL";
  /** How long a new refund stays PROCESSING (sandbox time). */
  delayMs: number;
}

interface PhoneFaults {
  /** Delay of the bridge's result. */
  answerDelayMs: number;
  /** The bridge never gives a result. */
  neverAnswer: Switch;
}

interface CodepayFaults {
  /** The phone asks for the password. */
  userPaying: Switch;
  /** Above this many fen the phone asks for it anyway. */
  passwordAbove: number;
  /** The payment fails: PAYERROR. */
  payError: Switch;
  /** The code on the screen is refused. */
  authCodeInvalid: Switch;
  /** A reversal does nothing and answers SYSTEM_ERROR (v2 with `recall` Y). */
  recall: Switch;
}

export interface Faults {
  api: ApiFaults;
  notify: NotifyFaults;
  refund: RefundFaults;
  phone: PhoneFaults;
  codepay: CodepayFaults;
  bill: BillFaults;
}

export const noFaults = (): Faults => ({
  api: {
    operations: [],
    outTradeNos: [],
    errorRate: 0,
    errorCode: "SYSTEM_ERROR",
    refuse: false,
    delayMs: 0,
    delays: true,
    silent: false,
    hang: false,
    dropConnection: false,
    errorAfterWork: false,
    html: false,
    unsigned: false,
    badSignature: false,
    probe: false,
    oldTimestamp: false,
    payBetweenQueryAndClose: false,
    closeTooSoon: false,
  },
  notify: {
    drop: false,
    lose: false,
    duplicate: false,
    copies: 2,
    delayMs: 0,
    reorder: false,
    badSignature: false,
    probe: false,
    oldTimestamp: false,
    otherSerial: false,
    badCiphertext: false,
    unknownFields: false,
    otherSignType: false,
    override: null,
    overrideTries: 0,
  },
  refund: { notEnough: false, userAccountAbnormal: false, outcome: "SUCCESS", delayMs: 2_000 },
  phone: { answerDelayMs: 0, neverAnswer: false },
  codepay: { userPaying: false, passwordAbove: 100_000, payError: false, authCodeInvalid: false, recall: false },
  bill: noBillFaults(),
});

/** Faults of single orders, by their number, in place of the general ones. */
export class FaultBook {
  readonly general: Faults = noFaults();
  readonly #own = new Map<string, Faults>();

  /** An order's repeats and refunds (`…-2`, `…-R1`) have its faults. Made at the first change. */
  own(outTradeNo: string): Faults {
    const known = this.#own.get(outTradeNo) ?? noFaults();
    this.#own.set(outTradeNo, known);
    return known;
  }

  of(number: string): Faults {
    if (this.#own.size === 0) return this.general;
    for (let name = number; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf("-")))) {
      const own = this.#own.get(name);
      if (own !== undefined) return own;
    }
    return this.general;
  }

  /** By the first number that has faults of its own, in a call's path and body. */
  ofCall(request: string): Faults {
    if (this.#own.size === 0) return this.general;
    for (const [number] of request.matchAll(/[0-9A-Za-z_-]{6,64}/g)) {
      const faults = this.of(number);
      if (faults !== this.general) return faults;
    }
    return this.general;
  }

  clear(): void {
    this.#own.clear();
    Object.assign(this.general, noFaults());
  }
}

/** Applies a request's changes. @returns the first problem found, and then nothing is applied; or null */
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
  // The default of each fault shows its type.
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
  if (form === null && value === null) return null;
  return isPlain(value) ? null : `must be an object${form === null ? " or null" : ""}`;
}

const isPlain = (thing: unknown): thing is Record<string, unknown> =>
  typeof thing === "object" && thing !== null && !Array.isArray(thing);
