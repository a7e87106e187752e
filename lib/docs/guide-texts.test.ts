import { expect, test } from "vitest";
import type { z } from "zod";
import { paymentConfigFields } from "../config/payment-config-fields.ts";
import { orderRequestSchema } from "../contract/order-request.ts";
import { refundRequestSchema } from "../contract/refund.ts";
import { webhookEndpointRequestSchema } from "../contract/webhook-endpoint.ts";
import { blocksOf, GUIDE_LANGUAGES, guideNames, isRun, readGuide } from "./testing/guide-blocks.ts";

// Goal: no block of the guides escapes the tests, in any language.

const LANGUAGES_OF_BLOCKS = ["sh", "text", "ts", "python", "php", "java", "json", "html"];
const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  OrderRequest: orderRequestSchema,
  RefundRequest: refundRequestSchema,
  WebhookEndpointRequest: webhookEndpointRequestSchema,
  PaymentConfig: paymentConfigFields,
};
/** Commands that need what a test does not have: a server, a domain, WeChat's own platform. */
const NOT_RUN_MAX = 9;

const names = guideNames("en");
const guides = names.map((name) => ({ name, text: readGuide("en", name), blocks: blocksOf(readGuide("en", name)) }));

test("every language has the same guides, with the same blocks", () => {
  for (const language of GUIDE_LANGUAGES) {
    expect(guideNames(language)).toEqual(names);
    for (const { name, blocks } of guides) {
      const others = blocksOf(readGuide(language, name));
      expect(others.map(({ line: _, ...block }) => block)).toEqual(blocks.map(({ line: _, ...block }) => block));
    }
  }
});

test("each block is run, compared, parsed, or says why not", () => {
  const notRun: string[] = [];
  for (const { name, blocks } of guides) {
    for (const { language, words, line, text } of blocks) {
      const at = `${name}, line ${line}`;
      expect(LANGUAGES_OF_BLOCKS, at).toContain(language);
      const file = words.get("file");
      if (words.has("not-run")) notRun.push(`${name}: ${words.get("not-run")}`);
      else if (language === "json") JSON.parse(text);
      else if (language !== "sh" && language !== "text") {
        const isUsed = blocks.some((block) => isRun(block) && file !== undefined && block.text.includes(file));
        expect(isUsed, `${at} is run by no command`).toBe(true);
      }
    }
  }
  expect(notRun.filter((reason) => !/: [a-z]+(-[a-z]+)+$/.test(reason))).toEqual([]);
  expect(notRun.length).toBeLessThanOrEqual(NOT_RUN_MAX);
});

test("bodies of the API fit its schemas", () => {
  for (const { name, blocks } of guides) {
    for (const { words, text, line } of blocks) {
      const schema = words.get("schema");
      if (schema === undefined) continue;
      expect(Object.keys(SCHEMAS), `${name}, line ${line}`).toContain(schema);
      expect(SCHEMAS[schema]?.safeParse(JSON.parse(text)).error?.issues, `${name}, line ${line}`).toBeUndefined();
    }
  }
});

test("an output stands after a block that is run", () => {
  for (const { name, blocks } of guides) {
    for (const [at, { language, line }] of blocks.entries()) {
      if (language !== "text") continue;
      const before = blocks[at - 1];
      expect(before !== undefined && (isRun(before) || before.language === "text"), `${name}, line ${line}`).toBe(true);
    }
  }
});
