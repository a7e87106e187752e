import { MINUTE_MS } from "../clock.ts";
import { randomDigits, randomText } from "../keys/key-ring.ts";

/** How long the phone shows one payment code (付款码); a counter may send it for CODE_LIFE_MS. */
export const CODE_SHOWN_MS = MINUTE_MS;
const CODE_LIFE_MS = 2 * MINUTE_MS;

interface PaymentCode {
  readonly text: string;
  readonly openid: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly used: boolean;
}

/** The payment codes on people's phones. They live two minutes, so they are kept in memory only. */
export class Wallet {
  readonly #codes = new Map<string, PaymentCode>();
  readonly #shown = new Map<string, string>();

  /** The code on this person's screen: a new one each minute and after each use. */
  show(openid: string, now: number): PaymentCode {
    const shown = this.#codes.get(this.#shown.get(openid) ?? "");
    const age = now - (shown?.createdAt ?? Number.NEGATIVE_INFINITY);
    // A clock that is set back must not keep a code on the screen for longer.
    if (shown !== undefined && !shown.used && age >= 0 && age < CODE_SHOWN_MS) return shown;
    const fresh = this.make(openid, now);
    this.#shown.set(openid, fresh.text);
    return fresh;
  }

  /** Another code; the one on the screen stays valid. */
  make(openid: string, now: number): PaymentCode {
    for (const [text, code] of this.#codes) if (isOver(code, now)) this.#codes.delete(text);
    const code = {
      text: `1${randomText(1, "012345")}${randomDigits(16)}`,
      openid,
      createdAt: now,
      expiresAt: now + CODE_LIFE_MS,
      used: false,
    };
    this.#codes.set(code.text, code);
    return code;
  }

  /** Uses up a code that a counter scanned. @returns the person, or the problem */
  take(text: string, now: number): { readonly openid: string } | { readonly wrong: string } {
    const code = this.#codes.get(text);
    if (code === undefined || isOver(code, now)) return { wrong: "101 付款码已过期，请刷新再试" };
    if (code.used) return { wrong: "101 每个二维码仅限使用一次，请刷新再试" };
    this.#codes.set(text, { ...code, used: true });
    return { openid: code.openid };
  }

  clear(): void {
    this.#codes.clear();
    this.#shown.clear();
  }
}

const isOver = (code: PaymentCode, now: number): boolean => now > code.expiresAt || now < code.createdAt;
