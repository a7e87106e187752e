import type { Agent, AgentChannel } from "./agent-types.ts";
import { classifyAgent } from "./classify-agent.ts";
import type { PayChannel, Signals } from "./signals.ts";

export interface ChannelDecision extends Agent {
  /** True when the account has no channel that works here: the page shows a QR of its own address instead of a trade. */
  readonly ownAddressQr: boolean;
}

/** Whether a channel that was asked for by hand can work there at all; a wish must not become a dead end. */
function canWork(channel: PayChannel, agent: Agent, entry: Signals["entry"]): boolean {
  switch (channel) {
    case "jsapi":
      return agent.env === "wechat" && agent.form !== "other";
    case "miniprogram":
      return agent.env === "wechat_mini";
    case "h5":
      return (
        agent.env !== "wechat" && agent.env !== "wechat_mini" && (agent.form === "phone" || agent.form === "tablet")
      );
    case "native":
      return agent.env !== "bot";
    case "codepay":
      return entry === "pos";
  }
}

function wanted(signals: Signals, agent: Agent): readonly AgentChannel[] {
  const listed: readonly AgentChannel[] =
    signals.entry === "pos" ? ["codepay", "native"] : [agent.channel, ...agent.alternatives];
  const asked = signals.askedChannel;
  if (asked === undefined || !canWork(asked, agent, signals.entry)) return listed;
  return [asked, ...listed.filter((channel) => channel !== asked)];
}

const isPlan = (channel: AgentChannel): boolean => channel === "guide" || channel === "none";

/** Which channel leads, from the agent, the wish, the entry and what the account may use. */
export function decideChannel(signals: Signals): ChannelDecision {
  // A shop's server or a counter is not the shopper's device: only a QR code works.
  const remote = signals.entry === "api" || signals.entry === "pos";
  const agent: Agent = remote
    ? { env: "browser", form: "other", os: "other", channel: "native", alternatives: [] }
    : classifyAgent(signals.userAgent, signals.hints);
  const allowed = signals.accountChannels;
  const usable = wanted(signals, agent).filter(
    (channel) => isPlan(channel) || allowed === undefined || allowed.some((known) => known === channel),
  );
  const [channel, ...alternatives] = usable;
  if (channel === undefined) return { ...agent, channel: "native", alternatives: [], ownAddressQr: true };
  return { ...agent, channel, alternatives, ownAddressQr: false };
}
