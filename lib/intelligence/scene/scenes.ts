import { SCENES, type Scene } from "#lib/contract/scene.ts";

export { SCENES, type Scene };

export const isScene = (thing: unknown): thing is Scene => SCENES.some((scene) => scene === thing);

export const SCENE_NAMES: Readonly<Record<Scene, string>> = {
  dining: "堂食餐饮",
  takeaway: "外卖",
  retail: "零售",
  ecommerce: "网购",
  parking: "停车",
  transport: "交通出行",
  travel: "旅行票务",
  utilities: "生活缴费",
  education: "教育",
  healthcare: "医疗",
  membership: "会员",
  topup: "充值",
  donation: "捐赠",
  vending: "自助售货",
  services: "生活服务",
  b2b: "企业采购",
  other: "其他",
};

/** Scenes whose items say something about a person's health, belief or children. */
export const SENSITIVE_SCENES: ReadonlySet<Scene> = new Set<Scene>(["healthcare", "education", "donation"]);

/** One number per scene, in log-odds up to a constant. */
export type SceneScores = Record<Scene, number>;

export function sceneScores(fill: (scene: Scene) => number): SceneScores {
  const scores: Partial<SceneScores> = {};
  for (const scene of SCENES) scores[scene] = fill(scene);
  return scores as SceneScores;
}
