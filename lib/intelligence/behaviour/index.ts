export { type BehaviourEvent, eventSchema } from "#lib/contract/behaviour.ts";
export {
  type Alarm,
  type Anomaly,
  type AnomalyCause,
  anomalies,
  CAUSE_KINDS,
  type CauseKind,
  type HourPoint,
  MEASURES,
  type Measure,
} from "./anomalies.ts";
export { addCells, type Cell, cellsOf } from "./cells.ts";
export { type Cohort, type CohortCell, cohorts, type ShopperPayment } from "./cohorts.ts";
export { type Fairness, type FairnessGap, type FairnessRow, fairness } from "./fairness.ts";
export { FUNNEL_KEYS, type FunnelKey, type FunnelReason, type FunnelRow, funnel, funnelOf } from "./funnel.ts";
export { DROP_REASONS, type DropReason, hourOf, type Journey, journeysOf } from "./journey.ts";
export {
  type LoggedDecision,
  type OffPolicyOptions,
  type OffPolicyValue,
  offPolicyValue,
} from "./off-policy-value.ts";
export { RFM_NAMES, type Rfm, type RfmName, type RfmSegment, type RfmShopper, rfm } from "./rfm.ts";
export { type Share, wilson } from "./statistics.ts";
export {
  type Estimate,
  type SegmentUplift,
  type Uplift,
  type UpliftOptions,
  type UpliftRow,
  uplift,
  type Verdict,
} from "./uplift.ts";
