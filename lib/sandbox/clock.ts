/** Where the sandbox reads the real time; tests give one that they can move. */
export interface WallClock {
  now(): Date;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

// China has one time zone and no summer time, so a fixed offset is exact.
const BEIJING_OFFSET_MS = 8 * HOUR_MS;
const beijing = (moment: Date): string => new Date(moment.getTime() + BEIJING_OFFSET_MS).toISOString().slice(0, 19);

/** `2026-07-01T10:00:00+08:00`, as API v3 writes moments. */
export const beijingTimestamp = (moment: Date): string => `${beijing(moment)}+08:00`;
/** `2026-07-01 10:00:00`, as bills and API v2 show moments. */
export const beijingTime = (moment: Date): string => beijing(moment).replace("T", " ");
/** `20260701100000`, as API v2 writes moments. */
export const beijingCompact = (moment: Date): string => beijing(moment).replace(/[-:T]/g, "");
/** `2026-07-01`. */
export const beijingDay = (moment: Date): string => beijing(moment).slice(0, 10);

export interface ClockSetting {
  /** Sandbox milliseconds per real millisecond. */
  readonly speed: number;
  /** Both times at the moment of the setting. */
  readonly wallMs: number;
  readonly sandboxMs: number;
}

/**
 * Two times: `wallMs` is the real one, used in signatures (clients would refuse a shifted one). `now` is the sandbox's
 * own, which tests speed up or advance; it decides expiry, retries, refunds and bill days.
 */
export class SandboxClock {
  readonly wallMs: () => number;
  /** A clock difference between WeChat and the merchant: it changes dates, signatures and the check of requests. */
  skewMs = 0;
  #setting: ClockSetting;

  constructor(wallMs: () => number, setting?: ClockSetting) {
    this.wallMs = wallMs;
    this.#setting = setting ?? ordinary(wallMs());
  }

  get setting(): ClockSetting {
    return this.#setting;
  }

  now(): number {
    const { speed, wallMs, sandboxMs } = this.#setting;
    return Math.floor(sandboxMs + (this.wallMs() - wallMs) * speed);
  }

  shownMs(): number {
    return this.wallMs() + this.skewMs;
  }

  wallSeconds(): number {
    return Math.floor(this.shownMs() / SECOND_MS);
  }

  change({ speed = this.#setting.speed, advanceMs = 0 }: { speed?: number; advanceMs?: number }): void {
    this.#setting = { speed, wallMs: this.wallMs(), sandboxMs: this.now() + advanceMs };
  }

  reset(): void {
    this.#setting = ordinary(this.wallMs());
    this.skewMs = 0;
  }

  /** Real milliseconds until the sandbox's clock shows `moment`. */
  realDelayMs(moment: number): number {
    return Math.max(0, (moment - this.now()) / this.#setting.speed);
  }
}

const ordinary = (wallMs: number): ClockSetting => ({ speed: 1, wallMs, sandboxMs: wallMs });
