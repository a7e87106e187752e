import { afterAll, beforeAll, expect, test } from "vitest";
import { COMPILED } from "../testing/run-cli.ts";
import { freePort, type RunningProduct, startProduct } from "../testing/running-product.ts";
import { blocksOf, guideNames, readGuide } from "./testing/guide-blocks.ts";
import { followGuide, isThere } from "./testing/guide-session.ts";

// Goal: every command and program of the guides does what the guide says.
// Method: each guide is followed in a shell of its own, against one product with its sandbox. Both languages hold the same
// blocks (guide-texts.test.ts), so one of them is run.

let product: RunningProduct;
let key: { readonly id: string; readonly secret: string };
beforeAll(async () => {
  product = await startProduct();
  key = await product.key();
}, 60_000);
afterAll(() => product.close());

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
