import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { createHub, EVERY_ORDER } from "#lib/live/hub.ts";
import { createLanes } from "#lib/outbound/lanes.ts";
import { createPrinters, createPrinting } from "#lib/printing/index.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import { printOutbox } from "#lib/storage/printing/print-outbox.ts";
import { paidOrder } from "#lib/testing/paid-orders.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: the word of a payment brings its receipt to paper at once, and a printer that hangs holds up no other.

let fixture: PaymentFixture;
let sandbox: Sandbox;
let folder: string;
beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(path.join(tmpdir(), "print-dispatcher-"));
  sandbox = await startSandbox({ port: 0, dataDir: folder, clock: fixture.clock });
});
afterAll(async () => {
  await sandbox.close();
  await fixture.close();
  await rm(folder, { recursive: true });
});

interface SandboxPaper {
  readonly settings: Readonly<Record<"network" | "feie", Record<string, unknown>>>;
  readonly documents: readonly { readonly printer: string }[];
}

const control = async (body?: object): Promise<SandboxPaper> => {
  const asked = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  return (await (await fetch(`${sandbox.url}/control/printer`, asked)).json()) as SandboxPaper;
};

test("a payment's receipt is printed once it is told, while another printer hangs", async () => {
  const { clock, database, deps } = fixture;
  const { pool } = database;
  const box = createSealedBox(new Secret<Uint8Array>(new Uint8Array(32).fill(7)));
  const policy = { allowPrivate: false, allowLoopback: true };
  const printers = createPrinters({ pool, box, clock, policy });
  const { settings } = await control({ mode: "hang" });
  const choices = { storeId: null, tillId: null, width: 58, copies: 1, automatic: true, language: "zh-CN" };
  for (const kind of ["network", "feie"] as const) {
    await printers.create({ kind, choices: { ...choices, name: kind }, settings: settings[kind] }, "test");
  }
  const printing = createPrinting({
    ...{ pool, outbox: printOutbox(pool), box, clock, policy, log: deps.log },
    shift: async () => null,
    shopName: async () => "店",
    publicUrl: "https://shop.example",
  });
  const dispatcher = createLanes({
    turn: printing.turn,
    due: printing.duePrinters,
    onError: (printerId, cause) => deps.log.error("print.broken_off", { printerId, cause }),
  });
  const hub = createHub({
    databaseUrl: String(pool.options.connectionString),
    readVersions: async () => new Map(),
    log: deps.log,
  });
  hub.watch(EVERY_ORDER, () => void dispatcher.sweep());
  try {
    await vi.waitUntil(() => hub.connected, { timeout: 20_000, interval: 20 });
    for (let count = 1; count <= 3; count++) {
      await paidOrder(fixture);
      await vi.waitUntil(async () => (await control()).documents.length === count, { timeout: 20_000, interval: 20 });
    }
    expect((await control()).documents.every(({ printer }) => printer === "feie")).toBe(true);
  } finally {
    await hub.close();
    await dispatcher.stop();
  }
});
