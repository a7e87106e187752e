import { z } from "zod";

/** What is being paid for. `other` is also the answer when we are not sure enough to say. */
export const SCENES = [
  "dining",
  "takeaway",
  "retail",
  "ecommerce",
  "parking",
  "transport",
  "travel",
  "utilities",
  "education",
  "healthcare",
  "membership",
  "topup",
  "donation",
  "vending",
  "services",
  "b2b",
  "other",
] as const;

export type Scene = (typeof SCENES)[number];

/** Why an order has its scene. */
export const sceneDetailSchema = z.object({
  confidence: z.number().describe("Of the likeliest scene, 0 to 1"),
  fallback: z.boolean().describe("Not sure enough: the scene is `other`, the page the generic one"),
  reasons: z.array(
    z.object({
      signal: z.string(),
      value: z.string(),
      weight: z.number().describe("By how much it spoke for the scene, in log-odds"),
      text: z.string().describe("The signal and its value in Chinese"),
    }),
  ),
  version: z.string(),
});
type SceneDetail = z.output<typeof sceneDetailSchema>;

type SceneReasonView = SceneDetail["reasons"][number];
/** As an order keeps it: worded when it is read. Only older orders hold a `text`. */
export interface KeptSceneDetail extends Omit<SceneDetail, "reasons"> {
  readonly reasons: readonly (Omit<SceneReasonView, "text"> & { readonly text?: string })[];
}

/** The body of `POST /api/v1/orders/{orderId}/scene`. */
export const sceneCorrectionSchema = z.strictObject({
  scene: z.enum(SCENES),
  itemIds: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(10)
    .optional()
    .describe("The items it is said of; without it, those that weigh most in the order"),
});
export type SceneCorrectionRequest = z.output<typeof sceneCorrectionSchema>;
