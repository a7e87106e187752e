import type { Notice } from "./records.ts";

export type Draft = Omit<Notice, "state" | "nextAt" | "tries">;

export interface Message {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** What the merchant said: the HTTP status, or one word for what came instead. */
export interface Reply {
  readonly result: number | string;
  readonly body: string;
}

/** What can be wrong with a notice of each form. */
export const FAULTS_V3 = [
  "badSignature",
  "probe",
  "oldTimestamp",
  "otherSerial",
  "badCiphertext",
  "unknownFields",
] as const;
export const FAULTS_V2 = ["badSignature", "otherSerial", "badCiphertext", "unknownFields", "otherSignType"] as const;
export type TryFault = (typeof FAULTS_V3)[number] | (typeof FAULTS_V2)[number];

export interface Writing {
  readonly notice: Notice;
  readonly faults: ReadonlySet<TryFault>;
  /** How many were written before. */
  readonly count: number;
}
