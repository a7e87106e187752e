import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { ADMIN_PASSWORD_CHARS_MAX, ADMIN_PASSWORD_CHARS_MIN } from "#lib/base/limits.ts";
import { isGuessable } from "./password-strength.ts";

// scrypt with 32 MiB and three rounds: one of the equally strong settings of OWASP's password storage cheat sheet.
const COST = { log2N: 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MEMORY_BYTES_MAX = 64 * 1_048_576;

/** Hashing takes a thread of Node's small pool; guesses that come all at once must not take them all. */
const AT_ONCE = 2;
let running = 0;
const waiting: (() => void)[] = [];

export interface Passwords {
  /** `$scrypt$ln=15,r=8,p=3$salt$hash`: the settings are kept with the hash, so that they can change. */
  hash(password: string): Promise<string>;
  /** @param stored null: no one has this name; it takes as long as for a known one */
  isRight(password: string, stored: string | null): Promise<boolean>;
}

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/;

/** @param log2N how hard guessing is made; less than what is set here is for tests */
export function createPasswords(log2N: number = COST.log2N): Passwords {
  const { r, p } = COST;
  const head = `$scrypt$ln=${log2N},r=${r},p=${p}`;
  const nobody = `${head}$${"A".repeat(22)}$${"A".repeat(43)}`;
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      const hash = await derive(password, { log2N, r, p, salt });
      return `${head}$${salt.toString("base64url")}$${hash.toString("base64url")}`;
    },
    async isRight(password, stored) {
      const [, ...parts] = FORM.exec(stored ?? nobody) ?? [];
      const [ln, r, p, salt = "", hash = ""] = parts;
      if (hash === "") throw new Error("a stored password hash is not of our form");
      const settings = { log2N: Number(ln), r: Number(r), p: Number(p), salt: Buffer.from(salt, "base64url") };
      const given = await derive(password, settings);
      return timingSafeEqual(given, Buffer.from(hash, "base64url")) && stored !== null;
    },
  };
}

interface Settings {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
}

async function derive(password: string, { log2N, r, p, salt }: Settings): Promise<Buffer> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running++;
  try {
    return await new Promise<Buffer>((resolve, reject) => {
      // The same letters typed on another keyboard must give the same bytes (NIST SP 800-63B §3.1.1.2).
      const text = password.normalize("NFKC");
      scrypt(text, salt, HASH_BYTES, { N: 2 ** log2N, r, p, maxmem: MEMORY_BYTES_MAX }, (failure, key) =>
        failure === null ? resolve(key) : reject(failure),
      );
    });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

/** 16 letters and digits without look-alikes: 80 random bits that can be typed from a screen. */
export function makePassword(): string {
  const alphabet = "abcdefghjkmnpqrstuvwxyz23456789A";
  const letters = Array.from(randomBytes(16), (byte) => alphabet.charAt(byte % 32)).join("");
  return letters.replace(/(.{4})(?=.)/g, "$1-");
}

/** @throws AppError `invalid_request` with one word at path `password`: `short`, `long`, `weak` */
export async function checkNewPassword(password: string, email: string): Promise<void> {
  const length = [...password].length;
  if (length < ADMIN_PASSWORD_CHARS_MIN) throw unfit("short");
  if (length > ADMIN_PASSWORD_CHARS_MAX) throw unfit("long");
  if (await isGuessable(password, email)) throw unfit("weak");
}

const unfit = (message: "short" | "long" | "weak") =>
  new AppError("invalid_request", `the new password is too ${message}`, { errors: [{ path: "password", message }] });
