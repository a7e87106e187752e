import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AgentChannel, Env, Form } from "./agent-types.ts";
import { classifyAgent } from "./classify-agent.ts";

interface AgentRow {
  readonly ua: string;
  readonly env: Env;
  readonly form: Form;
}

const rows: AgentRow[] = readFileSync(new URL("../../lab/scene/data/agents.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** Written out once more on purpose: the table of the product must not judge itself. */
function right({ env, form }: AgentRow): readonly AgentChannel[] {
  if (env === "bot") return ["none", "native"];
  if (env === "wechat") return form === "phone" || form === "tablet" ? ["jsapi"] : ["native"];
  if (env === "wechat_mini") return ["miniprogram"];
  if (env === "browser") return form === "phone" ? ["h5"] : form === "tablet" ? ["native", "h5"] : ["native"];
  return form === "phone" ? ["guide"] : ["native"];
}

function isDeadEnd(channel: AgentChannel, { env, form }: AgentRow): boolean {
  if (channel === "jsapi") return env !== "wechat";
  if (channel === "miniprogram") return env !== "wechat_mini";
  if (channel === "h5") return env !== "browser" || form === "desktop" || form === "other";
  return channel === "none" && env !== "bot";
}

const judged = rows.map((row) => ({ row, agent: classifyAgent(row.ua) }));

describe("the licensed user agents", () => {
  it("get the right channel in at least 97 of 100", () => {
    const share = judged.filter(({ row, agent }) => right(row).includes(agent.channel)).length / rows.length;
    expect(share).toBeGreaterThanOrEqual(0.97);
  });

  it("meet a dead end in at most 1 of 100", () => {
    const share = judged.filter(({ row, agent }) => isDeadEnd(agent.channel, row)).length / rows.length;
    expect(share).toBeLessThanOrEqual(0.01);
  });

  it("never miss nor invent WeChat", () => {
    const wrong = judged.filter(({ row, agent }) => (row.env === "wechat") !== (agent.env === "wechat"));
    expect(wrong).toEqual([]);
  });

  // The licensed rows hold two of the five apps; the others are in classify-agent.test.ts.
  it.each(["wechat", "qq"] as const)("F1 of %s is at least 0.96", (env) => {
    const hits = judged.filter(({ row, agent }) => row.env === env && agent.env === env).length;
    const calls = judged.reduce((sum, { row, agent }) => sum + Number(row.env === env) + Number(agent.env === env), 0);
    expect((2 * hits) / calls).toBeGreaterThanOrEqual(0.96);
  });
});
