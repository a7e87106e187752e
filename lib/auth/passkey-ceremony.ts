import { createHash, randomBytes } from "node:crypto";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { decodeClientDataJSON } from "@simplewebauthn/server/helpers";
import { isAppError } from "#lib/base/app-error.ts";
import { PASSKEY_CHALLENGE_LIFE_MS, PASSKEY_RESPONSE_CHARS_MAX } from "#lib/base/people-limits.ts";
import type { PasskeySite } from "./passkey-site.ts";

// The two ceremonies of WebAuthn, by SimpleWebAuthn: what we ask a browser for, and whether its answer is right. What is asked
// for is always a passkey: kept by the authenticator (discoverable), and opened by the person's finger, face or PIN.

export type CreationOptions = PublicKeyCredentialCreationOptionsJSON;
export type RequestOptions = PublicKeyCredentialRequestOptionsJSON;

const CHALLENGE_BYTES = 32;
const base64url = (from: Uint8Array): string => Buffer.from(from).toString("base64url");

/** A challenge, and its hash by which it is found again: what is stored signs nothing. */
export function makeChallenge(): { readonly challenge: Uint8Array<ArrayBuffer>; readonly hash: Uint8Array } {
  const challenge = new Uint8Array(randomBytes(CHALLENGE_BYTES));
  return { challenge, hash: challengeHash(base64url(challenge)) };
}

const challengeHash = (text: string): Uint8Array => createHash("sha256").update(text).digest();

/** A passkey as the browser's list of them shows it. */
interface PasskeyHolder {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
}

interface KnownCredential {
  readonly credentialId: Uint8Array;
  readonly transports: readonly string[];
}

const known = (credentials: readonly KnownCredential[]) =>
  credentials.map(({ credentialId, transports }) => ({ id: base64url(credentialId), transports: [...transports] }));

export function creationOptions(
  site: PasskeySite,
  ask: { challenge: Uint8Array<ArrayBuffer>; holder: PasskeyHolder; present: readonly KnownCredential[] },
): Promise<CreationOptions> {
  const { challenge, holder, present } = ask;
  return generateRegistrationOptions({
    rpName: "Lingfu",
    rpID: site.rpId,
    userName: holder.email,
    userID: new Uint8Array(Buffer.from(holder.id)),
    userDisplayName: holder.name ?? holder.email,
    challenge,
    timeout: PASSKEY_CHALLENGE_LIFE_MS,
    attestationType: "none",
    excludeCredentials: known(present),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
}

/** @param allowed null: any passkey of this site, which then says whose it is */
export function requestOptions(
  site: PasskeySite,
  ask: { challenge: Uint8Array<ArrayBuffer>; allowed: readonly KnownCredential[] | null },
): Promise<RequestOptions> {
  return generateAuthenticationOptions({
    rpID: site.rpId,
    challenge: ask.challenge,
    timeout: PASSKEY_CHALLENGE_LIFE_MS,
    userVerification: "required",
    ...(ask.allowed === null ? {} : { allowCredentials: known(ask.allowed) }),
  });
}

/** A passkey that was made: what has to be kept of it. */
export interface MadeCredential {
  readonly credentialId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly isSynced: boolean;
}

const TRANSPORTS = new Set(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);

/** @param take uses the challenge of this hash up. @returns null when the answer is wrong in any way */
export async function verifyCreation(
  site: PasskeySite,
  text: string,
  take: (hash: Uint8Array) => Promise<boolean>,
): Promise<MadeCredential | null> {
  return unlessWrong(async () => {
    const response = parsed<RegistrationResponseJSON>(text);
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) => take(challengeHash(challenge)),
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      requireUserVerification: true,
    });
    if (!verified) return null;
    const { credential, credentialBackedUp: isSynced } = registrationInfo;
    const { id, publicKey, counter, transports = [] } = credential;
    const credentialId = Buffer.from(id, "base64url");
    const heard = [...new Set(transports)].filter((each) => TRANSPORTS.has(each));
    return { credentialId, publicKey, counter, transports: heard, isSynced };
  });
}

/** The credential that an answer names; null when it names none. */
export function credentialIdOf(text: string): Uint8Array | null {
  try {
    const { id } = parsed<AuthenticationResponseJSON>(text);
    const bytes = typeof id === "string" && /^[\w-]{1,1364}$/.test(id) ? Buffer.from(id, "base64url") : null;
    return bytes === null || bytes.length === 0 ? null : bytes;
  } catch {
    return null;
  }
}

interface Signing {
  readonly credentialId: Uint8Array;
  readonly publicKey: Uint8Array;
}

/**
 * Whether this passkey signed a challenge of ours. The counter is the caller's affair: it decides in Postgres.
 * @param take uses the challenge of this hash up. @returns null when the answer is wrong in any way
 */
export async function verifyRequest(
  site: PasskeySite,
  { text, passkey }: { readonly text: string; readonly passkey: Signing },
  take: (hash: Uint8Array) => Promise<boolean>,
): Promise<{ readonly counter: number; readonly isSynced: boolean } | null> {
  return unlessWrong(async () => {
    const response = parsed<AuthenticationResponseJSON>(text);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) => take(challengeHash(challenge)),
      expectedOrigin: site.origin,
      expectedRPID: site.rpId,
      credential: {
        id: base64url(passkey.credentialId),
        publicKey: new Uint8Array(passkey.publicKey),
        counter: 0,
      },
      requireUserVerification: true,
    });
    if (!verified) return null;
    return { counter: authenticationInfo.newCounter, isSynced: authenticationInfo.credentialBackedUp };
  });
}

/** @throws when it is no answer of ours, or of a page that frames ours */
function parsed<Answer extends { readonly response: { readonly clientDataJSON: string } }>(text: string): Answer {
  if (text.length > PASSKEY_RESPONSE_CHARS_MAX) throw new Error("too long");
  const answer = JSON.parse(text) as Answer;
  if (decodeClientDataJSON(answer.response.clientDataJSON).crossOrigin === true) throw new Error("of a frame");
  return answer;
}

/** The library throws for each kind of wrong answer; what we could not look up is no wrong answer. */
async function unlessWrong<Result>(work: () => Promise<Result | null>): Promise<Result | null> {
  try {
    return await work();
  } catch (cause) {
    if (isAppError(cause)) throw cause;
    return null;
  }
}
