export type { Agent, AgentHints, Channel, Env, Form, Os } from "./agent-types.ts";
export { classifyAgent } from "./classify-agent.ts";
export { classifyText, type TextVerdict } from "./classify-text.ts";
export type { TextKind, TextSource } from "./text-kinds.ts";
export { readLabelled, type TrainedText, trainTextModel } from "./train/train-text-model.ts";
