import { isScene, type Scene, type SceneScores, sceneScores } from "./scenes.ts";
import type { Signals } from "./signals.ts";

export interface SceneEvidence {
  readonly signal: string;
  readonly value: string;
  readonly scores: SceneScores;
}

const only = (scene: Scene, score: number): SceneScores => sceneScores((each) => (each === scene ? score : 0));
const some = (scores: Partial<SceneScores>): SceneScores => sceneScores((scene) => scores[scene] ?? 0);

export const PLATE = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• ]?[A-HJ-NP-Z0-9]{4,6}/;

const METADATA_KEYS: readonly (readonly [keys: readonly string[], scene: Scene, score: number, name: string])[] = [
  [["plate", "plateNumber", "plate_number", "carPlate", "车牌", "车牌号"], "parking", 6, "plate"],
  [["table", "tableNo", "tableNumber", "table_number", "table_no", "桌号", "桌台"], "dining", 6, "table"],
  [["school", "schoolName", "student", "studentName", "学校", "班级"], "education", 6, "school"],
  [["patient", "patientNo", "registrationNo", "hospital", "就诊号", "挂号"], "healthcare", 6, "patient"],
  [["meterNo", "householdNo", "billPeriod", "户号", "账期"], "utilities", 6, "household"],
  [["invoiceTitle", "invoice_title", "taxNumber", "发票抬头", "税号"], "b2b", 4, "invoice"],
  [["machineId", "machine_id", "deviceId", "机器号"], "vending", 6, "machine"],
];
/** A scene given for this order outweighs everything else, even the shop's declared industry. */
const EXPLICIT_SCENE = 40;
const VALUE_CHARS_SHOWN = 24;

const shown = (value: unknown): string => String(value).slice(0, VALUE_CHARS_SHOWN);
const isFilled = (value: unknown): value is string | number =>
  (typeof value === "string" && value.trim() !== "") || typeof value === "number";

export function metadataEvidence(metadata: NonNullable<Signals["metadata"]>): SceneEvidence[] {
  const found: SceneEvidence[] = [];
  const scene = metadata.scene;
  if (isScene(scene) && scene !== "other") {
    found.push({
      signal: "metadata",
      value: scene,
      scores: only(scene, EXPLICIT_SCENE),
    });
  }
  for (const [keys, meant, score, name] of METADATA_KEYS) {
    const key = keys.find((candidate) => Object.hasOwn(metadata, candidate) && isFilled(metadata[candidate]));
    if (key === undefined) continue;
    const value = shown(metadata[key]);
    // A plate that does not look like one says nothing.
    if (meant === "parking" && !PLATE.test(value.toUpperCase())) continue;
    found.push({ signal: "metadata", value: name, scores: only(meant, score) });
  }
  return found;
}

const FULFILMENT: Readonly<Record<NonNullable<Signals["fulfilment"]>, SceneScores>> = {
  delivery: some({ takeaway: 2.5, ecommerce: 2.5, dining: -3, retail: -2, vending: -3, parking: -4, transport: -2 }),
  in_store: some({ dining: 1, retail: 1, vending: -1, ecommerce: -3, takeaway: -2.5 }),
  machine: some({ vending: 5, dining: -4, retail: -3, ecommerce: -5, takeaway: -5 }),
};

export function fulfilmentEvidence(fulfilment: NonNullable<Signals["fulfilment"]>): SceneEvidence {
  return { signal: "fulfilment", value: fulfilment, scores: FULFILMENT[fulfilment] };
}

/** Mean and spread of the logarithm of the amount in yuan. Wide on purpose: an amount alone proves little. */
const LOG_YUAN: Partial<Record<Scene, readonly [mean: number, spread: number]>> = {
  dining: [4, 1],
  takeaway: [3.5, 0.7],
  retail: [3.7, 1.3],
  ecommerce: [4.5, 1.2],
  parking: [2.3, 0.8],
  transport: [2.5, 1.4],
  travel: [5.3, 1.2],
  utilities: [5, 1],
  education: [6.5, 1.4],
  healthcare: [4.6, 1.4],
  membership: [5, 1.1],
  topup: [4, 1],
  donation: [3.5, 1.5],
  vending: [1.6, 0.6],
  services: [4.8, 1.1],
  b2b: [8, 1.6],
};
const UNKNOWN_AMOUNT = [4.3, 1.8] as const;
const AMOUNT_SHARE = 0.35;
const AMOUNT_LIMIT = 1.5;

export function amountEvidence(amount: number): SceneEvidence {
  const logYuan = Math.log(Math.max(1, amount) / 100);
  const scores = sceneScores((scene) => {
    const [mean, spread] = LOG_YUAN[scene] ?? UNKNOWN_AMOUNT;
    const distance = (logYuan - mean) / spread;
    return AMOUNT_SHARE * Math.max(-AMOUNT_LIMIT / AMOUNT_SHARE, -0.5 * distance * distance - Math.log(spread));
  });
  return {
    signal: "amount",
    value: (amount / 100).toFixed(2),
    scores,
  };
}

export function hourEvidence(hour: number): SceneEvidence {
  const meal = (hour >= 11 && hour <= 13) || (hour >= 17 && hour <= 20);
  const night = hour < 6;
  const scores = some({
    dining: meal ? 0.4 : night ? -0.4 : 0,
    takeaway: meal ? 0.4 : 0,
    education: night ? -0.6 : 0,
    utilities: night ? -0.3 : 0,
    topup: night ? 0.4 : 0,
    vending: night ? 0.3 : 0,
  });
  return { signal: "hour", value: String(hour), scores };
}
