import type { Scene } from "#lib/contract/scene.ts";
import type { SceneCorrection } from "#lib/intelligence/index.ts";
import type { DecidedScene } from "../domain/order.ts";

/** What the shop says about itself. */
export interface SceneKnowledge {
  readonly industry: Scene | null;
  readonly merchantName: string;
  /** The shop's own corrections, the newest last. */
  readonly corrections: readonly SceneCorrection[];
}

export interface SceneChange {
  readonly orderId: string;
  readonly decided: DecidedScene;
  /** In the one writing of the model. */
  readonly texts: readonly string[];
  /** Who says so, for the audit log. */
  readonly saidBy: string;
  readonly at: Date;
}

export interface SceneStore {
  /** At once where it was read a moment ago; never fails and never takes long, what was known last serves meanwhile. */
  knowledge(): SceneKnowledge | Promise<SceneKnowledge>;
  /** Keeps the correction, and gives the order its scene. @returns false when there is no such order */
  correct(change: SceneChange): Promise<boolean>;
}
