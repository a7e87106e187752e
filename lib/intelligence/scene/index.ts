export type { Agent, AgentChannel, AgentHints, Env, Form, Os } from "./agent-types.ts";
export { appNameOf } from "./app-name.ts";
export { classifyAgent, classifyVisitor } from "./classify-agent.ts";
export { classifyText, TEXT_SURE_FROM, type TextVerdict } from "./classify-text.ts";
export { type ChannelDecision, decideChannel } from "./decide-channel.ts";
export {
  type BusinessScene,
  type BusinessSignals,
  decideBusinessScene,
  decideScene,
  SCENE_VERSION,
  type SceneDecision,
} from "./decide-scene.ts";
export { isScene, SCENES, type Scene, SENSITIVE_SCENES } from "./scenes.ts";
export type { PayChannel, SceneCorrection, SceneReason, SignalItem, Signals } from "./signals.ts";
export { itemsThatWeigh } from "./text-evidence.ts";
export type { TextKind, TextSource } from "./text-features.ts";
export { prepareText as normaliseSceneText } from "./text-features.ts";
