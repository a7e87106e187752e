import { SCENES, type Scene } from "#lib/contract/scene.ts";

export { SCENES, type Scene };

export const isScene = (thing: unknown): thing is Scene => SCENES.some((scene) => scene === thing);

/** Scenes with items that say something about a person's health, belief or children. */
export const SENSITIVE_SCENES: ReadonlySet<Scene> = new Set<Scene>(["healthcare", "education", "donation"]);

/** One number per scene, in log-odds up to a constant. */
export type SceneScores = Record<Scene, number>;

export function sceneScores(fill: (scene: Scene) => number): SceneScores {
  const scores: Partial<SceneScores> = {};
  for (const scene of SCENES) scores[scene] = fill(scene);
  return scores as SceneScores;
}
