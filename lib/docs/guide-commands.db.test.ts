import { afterAll, beforeAll, expect, test } from "vitest";
import { COMPILED, runCli } from "../testing/run-cli.ts";
import { freePort, type RunningProduct, startProduct } from "../testing/running-product.ts";
import { faultRowsOf, letHappen } from "./testing/fault-table.ts";
import { blocksOf, GUIDE_LANGUAGES, guideNames, readGuide } from "./testing/guide-blocks.ts";
import { followGuide, isThere } from "./testing/guide-session.ts";

// Goal: every command and program of the guides does what the guide says.
// Method: each guide is followed in a shell of its own, against one product with its sandbox. Both languages hold the same
// blocks (guide-texts.test.ts), so one of them is run. The operator's tool is run in this process, but for llms.txt, whose commands are
// started as they stand. Each row of the table of faults is set for an order of its own, all at
// once, and before the guides, whose receivers must hear of their own orders alone.

/** What goes with a fault and is none itself. */
const NO_FAULTS = ["operations", "outTradeNos", "errorCode", "delays", "copies", "overrideTries"];

let product: RunningProduct;
let key: { readonly id: string; readonly secret: string };
const rows = faultRowsOf(readGuide("en", "sandbox-faults"));
const shown = rows.filter(({ endsAs }) => endsAs !== null);
beforeAll(async () => {
  product = await startProduct();
  key = await product.key();
  // Each refund that a guide waits for takes two seconds otherwise.
  await fetch(`${product.sandboxUrl}/control/faults`, { method: "POST", body: '{"refund":{"delayMs":50}}' });
}, 60_000);
afterAll(() => product.close());

test("the sandbox knows each fault of the guide, and the guide each of the sandbox", async () => {
  const known = (await (await fetch(`${product.sandboxUrl}/control`)).json()).faults as Record<string, object>;
  const all = Object.entries(known).flatMap(([group, faults]) => Object.keys(faults).map((name) => `${group}.${name}`));
  const told = rows.flatMap(({ fault }) =>
    Object.entries(fault).flatMap(([group, faults]) => Object.keys(faults).map((name) => `${group}.${name}`)),
  );
  const missing = all.filter((name) => !told.includes(name) && !NO_FAULTS.includes(name.replace(/^\w+\./, "")));
  // It stands in the text before the table of bills, and in the block after it.
  expect(missing).toEqual(["bill.alwaysReady"]);
  const set = (fault: object) =>
    fetch(`${product.sandboxUrl}/control/faults`, {
      method: "POST",
      body: JSON.stringify({ ...fault, outTradeNo: "only-to-see-whether-it-is-taken" }),
    });
  for (const { fault } of rows) expect((await set(fault)).status, JSON.stringify(fault)).toBe(200);
  for (const language of GUIDE_LANGUAGES) {
    expect(faultRowsOf(readGuide(language, "sandbox-faults"))).toEqual(rows);
  }
});

test("each fault that a payment, a notice, a refund or a counter can show leads to what its row says", async () => {
  expect(shown.length).toBeGreaterThan(28);
  const world = { ...product, secret: key.secret };
  const happened = shown.map(async (row, at) => {
    const { firstStatus, endsAs } = await letHappen(row, `fault-row-${at}`, world);
    const firstStatuses = row.firstStatuses.includes(firstStatus) ? row.firstStatuses : [firstStatus];
    return { ...row, firstStatuses, endsAs };
  });
  expect(await Promise.all(happened)).toEqual(shown);
}, 60_000);

async function follow(markdown: string, name: string): Promise<void> {
  const { id, secret } = key;
  const shared = blocksOf(readGuide("en", "quick-start")).filter(({ words }) => words.has("shared"));
  await followGuide(markdown, {
    environment: {
      ...{ ...product.variables, NODE_ENV: "test", NODE_COMPILE_CACHE: COMPILED },
      ...(name === "quick-start" ? {} : { LINGFU_KEY_ID: id, LINGFU_SECRET: secret }),
    },
    addresses: new Map([
      ["localhost:3000", new URL(product.url).host],
      ["localhost:3001", new URL(product.sandboxUrl).host],
      ["8080", String(await freePort())],
    ]),
    before: name === "quick-start" ? [] : shared,
    cli: (args) => runCli(args, product.variables),
  });
}

test.skipIf(!isThere("curl")).each(guideNames("en"))(
  "every block of %s does what the guide says",
  async (name) => {
    await follow(readGuide("en", name), name);
  },
  120_000,
);

test.skipIf(!isThere("curl"))("a command that fails, and an output that is another, are noticed", async () => {
  const guide = (block: string, output: string) => `\`\`\`sh\n${block}\n\`\`\`\n\n\`\`\`text\n${output}\n\`\`\`\n`;
  await follow(guide("echo a 12 b", "a … b"), "made-up");
  await expect(follow(guide("echo a 12 c", "a … b"), "made-up")).rejects.toThrow("line 1 printed\na 12 c");
  await expect(follow(guide("false\necho a b", "a b"), "made-up")).rejects.toThrow("line 1 failed");
  const wrong = "curl -sS --fail-with-body http://localhost:3000/api/v1/orders/ord_0";
  await expect(follow(guide(wrong, "…"), "made-up")).rejects.toThrow("unauthenticated");
});

test.skipIf(!isThere("curl"))(
  "with llms.txt alone one gets to a paid order and a verified webhook",
  async () => {
    const text = await (await fetch(`${product.url}/llms.txt`)).text();
    expect(text).not.toMatch(/localhost:300[01]/);
    await followGuide(text, {
      environment: { ...product.variables, NODE_ENV: "test", NODE_COMPILE_CACHE: COMPILED },
      addresses: new Map([["8080", String(await freePort())]]),
      before: [],
    });
  },
  120_000,
);
