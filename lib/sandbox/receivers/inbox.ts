import { createECDH, createHash } from "node:crypto";

// What the receivers of pushed messages got, in the memory of this process, and how they are to behave.

export const RECEIVERS = ["wecom", "dingtalk", "feishu", "email", "webhook", "web_push", "official_account"] as const;
export type ReceiverName = (typeof RECEIVERS)[number];
export const isReceiver = (name: unknown): name is ReceiverName => RECEIVERS.some((known) => known === name);

/** `revoked`: the robot was removed, the subscription ended, the mailbox is closed. */
export const MODES = ["ok", "hang", "error", "revoked", "busy"] as const;
export type ReceiverMode = (typeof MODES)[number];

export interface ReceivedMessage {
  readonly id: number;
  readonly receiver: ReceiverName;
  readonly at: string;
  readonly title: string;
  readonly text: string;
  /** As it came; of sealed messages, what was inside. */
  readonly raw: unknown;
}

/** A call that was not taken, and the answer it got. */
export interface TurnedAway {
  readonly receiver: ReceiverName;
  readonly at: string;
  readonly why: string;
}

const KEPT = 500;
const MINUTE_MS = 60_000;
/** The robots' own limits; their receivers here keep them. */
const PER_MINUTE: Partial<Record<ReceiverName, number>> = { wecom: 20, dingtalk: 20, feishu: 100 };

/** The same at every start, so that channels of the last one still fit. Worth nothing outside the sandbox. */
const known = (purpose: string, bytes: number): Buffer =>
  createHash("sha512").update(`sandbox receiver: ${purpose}`).digest().subarray(0, bytes);

function pushDevice() {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(known("push device", 32));
  return { ecdh, auth: known("push auth", 16) };
}

export const SECRETS = {
  wecomKey: "693a91f6-7sand-4bc4-97a0-0ec2sandbox1",
  dingtalkToken: known("dingtalk token", 32).toString("hex"),
  dingtalkSecret: `SEC${known("dingtalk", 32).toString("hex")}`,
  feishuToken: "c0ffee00-5a4d-4b0c-9d3e-5a4db0c0ffee",
  feishuSecret: known("feishu", 16).toString("base64url"),
  webhookSecret: `whsec_${known("webhook", 32).toString("base64")}`,
  smtpUser: "shop@sandbox.example",
  smtpPassword: known("smtp", 12).toString("base64url"),
  officialAppId: "wx5a4db0c0ffee0001",
  officialSecret: known("official account", 16).toString("hex"),
  officialTemplate: "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY",
  officialOpenid: "oSandboxOwner00000000000001",
  push: pushDevice(),
} as const;

export class ReceiverInbox {
  readonly modes = new Map<ReceiverName, ReceiverMode>();
  readonly #messages: ReceivedMessage[] = [];
  readonly #turnedAway: TurnedAway[] = [];
  readonly #times = new Map<ReceiverName, number[]>();
  readonly #now: () => number;
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now();
  }

  mode(receiver: ReceiverName): ReceiverMode {
    return this.modes.get(receiver) ?? "ok";
  }

  /** Counts a message against the receiver's limit. @returns whether it is within it */
  admits(receiver: ReceiverName): boolean {
    const max = PER_MINUTE[receiver];
    const since = this.#now() - MINUTE_MS;
    const times = (this.#times.get(receiver) ?? []).filter((at) => at > since);
    times.push(this.#now());
    this.#times.set(receiver, times);
    return max === undefined || times.length <= max;
  }

  take(receiver: ReceiverName, { title, text, raw }: Pick<ReceivedMessage, "title" | "text" | "raw">): ReceivedMessage {
    const at = new Date(this.#now()).toISOString();
    const message = { id: ++this.#count, receiver, at, title, text, raw };
    this.#messages.push(message);
    if (this.#messages.length > KEPT) this.#messages.shift();
    return message;
  }

  turnAway(receiver: ReceiverName, why: string): void {
    this.#turnedAway.push({ receiver, at: new Date(this.#now()).toISOString(), why });
    if (this.#turnedAway.length > KEPT) this.#turnedAway.shift();
  }

  /** Newest first. */
  messages(receiver?: ReceiverName): ReceivedMessage[] {
    return this.#messages.filter((each) => receiver === undefined || each.receiver === receiver).toReversed();
  }

  turnedAway(receiver?: ReceiverName): TurnedAway[] {
    return this.#turnedAway.filter((each) => receiver === undefined || each.receiver === receiver).toReversed();
  }

  clear(): void {
    this.#messages.length = 0;
    this.#turnedAway.length = 0;
    this.#times.clear();
    this.modes.clear();
  }
}
