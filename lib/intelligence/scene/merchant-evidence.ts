import { SCENES, type Scene, type SceneScores, sceneScores } from "./scenes.ts";
import type { SceneCorrection } from "./signals.ts";

/** How often each scene is paid for at small shops, roughly: the prior. */
const BASE: Readonly<Record<Scene, number>> = {
  dining: 0.2,
  takeaway: 0.06,
  retail: 0.2,
  ecommerce: 0.1,
  parking: 0.05,
  transport: 0.05,
  travel: 0.05,
  utilities: 0.05,
  education: 0.04,
  healthcare: 0.04,
  membership: 0.02,
  topup: 0.03,
  donation: 0.005,
  vending: 0.02,
  services: 0.06,
  b2b: 0.005,
  other: 0.02,
};
/** The weight of the general prior, in corrections by the merchant. */
const DIRICHLET_STRENGTH = 20;

const NONE: readonly SceneCorrection[] = [];
const keptPriors = new WeakMap<readonly SceneCorrection[], SceneScores>();

/** The prior before the order is read: the general one, updated by the merchant's corrections (a Dirichlet prior). */
export function priorScores(corrections: readonly SceneCorrection[] = NONE): SceneScores {
  const known = keptPriors.get(corrections);
  if (known !== undefined) return known;
  const counts = new Map<Scene, number>();
  for (const { scene } of corrections) counts.set(scene, (counts.get(scene) ?? 0) + 1);
  const total = DIRICHLET_STRENGTH + corrections.length;
  const scores = sceneScores((scene) =>
    Math.log((DIRICHLET_STRENGTH * BASE[scene] + (counts.get(scene) ?? 0)) / total),
  );
  keptPriors.set(corrections, scores);
  return scores;
}

/** What else a shop of that industry may honestly sell. Anything not listed is ruled out. */
const ALLOWED: Readonly<Record<Scene, readonly Scene[]>> = {
  dining: ["takeaway", "retail", "membership"],
  takeaway: ["dining", "retail", "membership"],
  retail: ["ecommerce", "takeaway", "vending", "membership", "topup", "services"],
  ecommerce: ["retail", "membership", "topup", "services"],
  parking: ["membership", "services", "transport"],
  transport: ["travel", "parking", "membership", "topup"],
  travel: ["transport", "dining", "retail", "membership", "services"],
  utilities: ["parking", "services", "topup"],
  education: ["membership", "retail", "services"],
  healthcare: ["retail", "membership", "services", "parking"],
  membership: ["services", "retail", "topup"],
  topup: ["membership", "ecommerce"],
  donation: ["membership"],
  vending: ["retail"],
  services: ["membership", "retail", "education"],
  b2b: ["ecommerce", "services", "retail"],
  other: SCENES,
};
const DECLARED = 6;
const RULED_OUT = -20;

const MCC_RANGES: readonly (readonly [from: number, to: number, scene: Scene])[] = [
  [3000, 3350, "transport"],
  [3351, 3441, "transport"],
  [3501, 3999, "travel"],
  [4011, 4131, "transport"],
  [4511, 4582, "transport"],
  [4722, 4722, "travel"],
  [4784, 4789, "transport"],
  [4812, 4816, "topup"],
  [4899, 4900, "utilities"],
  [5541, 5542, "transport"],
  [5811, 5814, "dining"],
  [5912, 5912, "healthcare"],
  [5960, 5969, "ecommerce"],
  [5013, 5199, "b2b"],
  [5200, 5999, "retail"],
  [7011, 7033, "travel"],
  [7210, 7299, "services"],
  [7523, 7523, "parking"],
  [7512, 7519, "transport"],
  [7530, 7699, "services"],
  [7829, 7999, "travel"],
  [8011, 8099, "healthcare"],
  [8211, 8299, "education"],
  [8398, 8398, "donation"],
  [8661, 8661, "donation"],
  [8641, 8699, "membership"],
];

/** The scene that a merchant category code stands for; null for codes we do not read. */
export function sceneOfMcc(mcc: string): Scene | null {
  if (!/^[0-9]{4}$/.test(mcc)) return null;
  const code = Number(mcc);
  return MCC_RANGES.find(([from, to]) => code >= from && code <= to)?.[2] ?? null;
}

/** The declared industry weighs so much that only strong evidence moves away from it, and only to what it allows. */
export function industryScores(industry: Scene): SceneScores {
  const allowed = new Set<Scene>(ALLOWED[industry]);
  return sceneScores((scene) => (scene === industry ? DECLARED : allowed.has(scene) ? 0 : RULED_OUT));
}
