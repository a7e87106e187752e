import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { openBench } from "./testing/client.ts";

// That it opens the merchant's own doors is shown by an SDK that takes nothing else (sdk-tenpay.test.ts).

test("the key store opens with the merchant number alone, and is made once", async () => {
  const bench = await openBench();
  try {
    const read = () => readFile(join(bench.folder, "sandbox/apiclient_cert.p12"));
    const pfx = await read();
    expect(() => createSecureContext({ pfx, passphrase: bench.merchant.mch_id })).not.toThrow();
    expect(() => createSecureContext({ pfx, passphrase: `${bench.merchant.mch_id}0` })).toThrow("mac verify failure");
    await bench.restart();
    expect(await read()).toEqual(pfx);
  } finally {
    await bench.close();
  }
});
