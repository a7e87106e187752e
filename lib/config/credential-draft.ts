import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import type { Finding } from "#lib/base/finding.ts";
import type { Pool } from "#lib/storage/client.ts";
import {
  changeCredentialDraft,
  forgetCredentialDraft,
  readCredentialDraft,
} from "#lib/storage/configuration/credential-drafts.ts";
import type { Accounts } from "./accounts.ts";
import { checkConfigTexts } from "./doctor/check-config-texts.ts";
import { type ConfigUnderCheck, configOfAccount } from "./doctor/config-under-check.ts";
import { importReading } from "./import-configuration.ts";
import { checkPaymentConfig, type Reason } from "./payment-config-schema.ts";
import { describePem } from "./pem.ts";
import { type AssembledConfig, readAssembledConfig } from "./read-payment-config.ts";
import {
  CREDENTIAL_SLOTS,
  type CredentialSlot,
  type CredentialTexts,
  type Recognised,
  recogniseCredential,
} from "./recognise-credential.ts";
import type { SealedBox } from "./sealed-box.ts";

// Credentials put together in the dashboard, one file after the other. What was dropped stands over what is in use; a person sees what
// each place holds and what is missing, never a secret.

/** A text that could fill several places, until somebody says which. */
interface HeldDraft {
  readonly texts: CredentialTexts;
  readonly unplaced?: string;
}

export interface DraftSlot {
  readonly slot: CredentialSlot;
  /** `dropped`: new; `in_use`: as in the configuration in force; */
  readonly state: "dropped" | "in_use" | "missing" | "not_needed";
  /** What may be shown: numbers, ids and addresses; null for secrets. */
  readonly shown: string | null;
  /** Of a certificate. */
  readonly expiresAt: Date | null;
}

export interface DraftReport {
  readonly slots: readonly DraftSlot[];
  readonly protocol: "v3" | "v2";
  readonly findings: readonly Finding[];
  readonly isComplete: boolean;
  readonly isEmpty: boolean;
  /** 32 characters wait for somebody to say what they are. */
  readonly hasUnplaced: boolean;
  /** Null where nothing real is in use, or the draft is of another merchant. */
  readonly renews: string | null;
}

type DraftActivation =
  | { readonly kind: "activated" | "unchanged"; readonly merchantNumber: string }
  | { readonly kind: "refused"; readonly reasons: readonly Reason[] };

export interface CredentialDrafts {
  report(): Promise<DraftReport>;
  /** Recognises each, keeps what fits, and says what it was. */
  drop(contents: readonly Uint8Array[], actor: string): Promise<readonly Recognised[]>;
  /** Says what the 32 characters are. @throws AppError `not_found` where none wait */
  place(slot: CredentialSlot, actor: string): Promise<void>;
  forget(): Promise<void>;
  /** As a new version of the configuration, in force at once. */
  activate(actor: string): Promise<DraftActivation>;
  /** The texts as they would be in force, for checks at WeChat. */
  underCheck(): Promise<ConfigUnderCheck>;
}

export interface CredentialDraftDeps {
  readonly pool: Pool;
  readonly box: SealedBox;
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** Where this installation takes notices; null where its address is not https. */
  readonly notifyUrl: string | null;
  readonly onChange: () => Promise<void>;
}

const PLACE = { table: "credential_drafts", column: "sealed", row: "1" } as const;
const SHOWN: ReadonlySet<CredentialSlot> = new Set([
  ...(["appid", "mch_id", "notify_url", "serial_no", "wechatpay_public_key_id"] as const),
]);

export function createCredentialDrafts(deps: CredentialDraftDeps): CredentialDrafts {
  const { pool, box, accounts, clock } = deps;
  const open = (sealed: Uint8Array): HeldDraft => JSON.parse(box.openText(sealed, PLACE)) as HeldDraft;
  const held = async (): Promise<HeldDraft> => {
    const kept = await readCredentialDraft(pool);
    return kept === null ? { texts: {} } : open(kept.sealed);
  };
  const change = (by: string, turn: (before: HeldDraft) => HeldDraft) =>
    changeCredentialDraft(
      pool,
      (before) => box.seal(JSON.stringify(turn(before === null ? { texts: {} } : open(before))), PLACE),
      { by, at: clock.now() },
    );
  const whole = async () => assemble(await held(), await realAccount(accounts), deps.notifyUrl);
  return {
    async report() {
      return reportOn(await whole(), clock.now());
    },
    async drop(contents, actor) {
      const recognised = contents.map(recogniseCredential);
      await change(actor, (before) => recognised.reduce(keep, before));
      return recognised;
    },
    place: (slot, actor) =>
      change(actor, ({ texts, unplaced }) => {
        if (unplaced === undefined) throw new AppError("not_found", "nothing waits for its place");
        return { texts: { ...texts, [slot]: unplaced } };
      }),
    forget: () => forgetCredentialDraft(pool),
    async activate(actor) {
      const reading = await readAssembledConfig(configOf(await whole()));
      if (reading.kind === "invalid") return { kind: "refused", reasons: reading.reasons };
      const author = { source: "dashboard", actor, origin: null } as const;
      const { result } = await importReading({ pool, box }, reading, author);
      await forgetCredentialDraft(pool);
      if (result !== "unchanged" && result !== "ignored") await deps.onChange();
      const { merchantNumber } = reading.credentials;
      return { kind: result === "unchanged" ? "unchanged" : "activated", merchantNumber };
    },
    async underCheck() {
      return toCheck(await whole());
    },
  };
}

function keep(draft: HeldDraft, recognised: Recognised): HeldDraft {
  if (recognised.kind === "fits") return { ...draft, texts: { ...draft.texts, ...recognised.texts } };
  return recognised.kind === "ambiguous" ? { ...draft, unplaced: recognised.text } : draft;
}

/** Sandbox credentials are of no use with real ones. */
async function realAccount(accounts: Accounts): Promise<CredentialTexts> {
  const active = await accounts.active();
  if (active === null || active.sandbox) return {};
  const { texts } = configOfAccount(active);
  const known = CREDENTIAL_SLOTS.flatMap((slot) => (texts[slot] === undefined ? [] : [[slot, texts[slot]] as const]));
  return Object.fromEntries(known);
}

interface Assembled {
  readonly dropped: CredentialTexts;
  readonly texts: CredentialTexts;
  readonly protocol: "v3" | "v2";
  readonly hasUnplaced: boolean;
  readonly renews: string | null;
}

function assemble(
  { texts: dropped, unplaced }: HeldDraft,
  inUse: CredentialTexts,
  notifyUrl: string | null,
): Assembled {
  const isOther = dropped.mch_id !== undefined && inUse.mch_id !== undefined && dropped.mch_id !== inUse.mch_id;
  // Nothing of one merchant goes with another one's, but for where notices come to.
  const base: CredentialTexts = isOther
    ? inUse.notify_url === undefined
      ? {}
      : { notify_url: inUse.notify_url }
    : inUse;
  const own = notifyUrl === null ? {} : { notify_url: notifyUrl };
  // A new private key needs its own certificate's number.
  const stale = dropped.private_key !== undefined && dropped.serial_no === undefined ? { serial_no: undefined } : {};
  const merged = { ...own, ...base, ...stale, ...dropped };
  const texts = Object.fromEntries(Object.entries(merged).filter(([, text]) => text !== undefined)) as CredentialTexts;
  const protocol = texts.api_v3_key === undefined && texts.api_key !== undefined ? "v2" : "v3";
  const renews = isOther ? null : (inUse.mch_id ?? null);
  return { dropped, texts, protocol, hasUnplaced: unplaced !== undefined, renews };
}

const NEEDED = {
  v3: ["appid", "mch_id", "notify_url", "api_v3_key", "serial_no", "private_key"],
  v2: ["appid", "mch_id", "notify_url", "api_key"],
} as const satisfies Record<string, readonly CredentialSlot[]>;

function reportOn({ dropped, texts, protocol, hasUnplaced, renews }: Assembled, now: Date): DraftReport {
  const needed: readonly CredentialSlot[] = NEEDED[protocol];
  const slots = CREDENTIAL_SLOTS.map((slot): DraftSlot => {
    const text = texts[slot];
    const absent = needed.includes(slot) ? "missing" : "not_needed";
    const pem = slot === "cert" && text !== undefined ? describePem(text) : null;
    return {
      slot,
      state: text === undefined ? absent : dropped[slot] === undefined ? "in_use" : "dropped",
      shown: text !== undefined && SHOWN.has(slot) ? text : null,
      expiresAt: pem?.kind === "certificate" ? pem.certificate.expiresAt : null,
    };
  });
  const { findings } = checkConfigTexts(toCheck({ texts, protocol }), now);
  const isEmpty = Object.keys(dropped).length === 0;
  const isComplete =
    !isEmpty && slots.every(({ state }) => state !== "missing") && findings.every(({ result }) => result !== "failed");
  return { slots, protocol, findings, isComplete, isEmpty, hasUnplaced, renews };
}

const V3_ALONE = ["api_v3_key", "serial_no", "private_key", "wechatpay_public_key", "wechatpay_public_key_id"];

/** The places as a configuration names them. API v2 takes the certificate and its key by itself; they are no credentials of v3 then. */
function configOf({ texts: { cert, ...texts }, protocol }: Pick<Assembled, "texts" | "protocol">): AssembledConfig {
  const given = Object.entries(texts).filter(([slot]) => protocol === "v3" || !V3_ALONE.includes(slot));
  const isPair = texts.api_key !== undefined && cert !== undefined && texts.private_key !== undefined;
  return { fields: Object.fromEntries(given), ...(isPair ? { cert, key: texts.private_key } : {}) };
}

/** As a file with these contents would be examined. */
function toCheck(assembled: Pick<Assembled, "texts" | "protocol">): ConfigUnderCheck {
  const { fields, key } = configOf(assembled);
  const { cert } = assembled.texts;
  const checked = checkPaymentConfig(fields);
  const problems = checked.ok ? [] : checked.reasons.map(({ path: at, sentence: problem }) => ({ key: at, problem }));
  const pair = { ...(cert === undefined ? {} : { cert }), ...(key === undefined ? {} : { key }) };
  return { origin: "file", texts: { ...fields, ...pair }, problems };
}
