import { afterAll, beforeAll, beforeEach } from "vitest";
import type { Exchange } from "../transport.ts";
import { createV3Account, type V3Gateway } from "../v3/account.ts";
import {
  credentialsFor,
  inPublicKeyMode,
  memoryKeyStore,
  type Platform,
  publicKeyMode,
  type Scripted,
  signedHeaders,
  startPlatform,
  testClock,
  testLog,
} from "./platform.ts";

/** A platform for the whole test file and a v3 gateway that talks to it; what was seen and logged is emptied before each test. */
export function platformFixture(options: { readonly exchange?: Exchange } = {}) {
  const log = testLog();
  const own = {} as { platform: Platform; gateway: V3Gateway };
  beforeAll(async () => {
    own.platform = await startPlatform(() => undefined);
    const credentials = credentialsFor(own.platform.origin, inPublicKeyMode);
    const environment = { keyStore: memoryKeyStore(), clock: testClock(), log, ...options };
    own.gateway = createV3Account(credentials, environment).gateway;
  });
  beforeEach(() => {
    own.platform.seen.length = 0;
    log.lines.length = 0;
  });
  afterAll(() => own.platform.close());
  return {
    own,
    log,
    answer(status: number, content?: unknown) {
      own.platform.script = () => answering(status, content);
    },
    refuse(status: number, code: string) {
      own.platform.script = () => refusing(status, code);
    },
  };
}

/** An answer that is signed by WeChat Pay's public key. */
export const answering = (status: number, content: unknown): Scripted => {
  const body = content === undefined ? "" : JSON.stringify(content);
  return { status, body, headers: signedHeaders(publicKeyMode, body) };
};

export const refusing = (status: number, code: string): Scripted => ({
  status,
  body: JSON.stringify({ code, message: "说明\u0000\n", detail: [] }),
});
