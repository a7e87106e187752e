import { type Outcome, refused, unknown } from "#lib/base/outcome.ts";

// What a test wants the double to do at its next calls.

export type MemoryOperation =
  | "openTrade"
  | "findTrade"
  | "closeTrade"
  | "chargeCode"
  | "reverseTrade"
  | "openRefund"
  | "findRefund"
  | "finishAbnormalRefund";

/** What goes wrong at the next call. `workDone`: WeChat did it, and the answer was lost. */
export type MemoryFault =
  | { readonly kind: "unknown"; readonly workDone: boolean }
  | { readonly kind: "refused"; readonly reason: string };

const perOperation = <Thing>(): Record<MemoryOperation, Thing[]> => ({
  openTrade: [],
  findTrade: [],
  closeTrade: [],
  chargeCode: [],
  reverseTrade: [],
  openRefund: [],
  findRefund: [],
  finishAbnormalRefund: [],
});

export function createScript() {
  const calls: { operation: MemoryOperation; number: string }[] = [];
  const faults: Record<MemoryOperation, MemoryFault[]> = perOperation();
  const acts: Record<MemoryOperation, (() => void | Promise<void>)[]> = perOperation();
  return {
    calls,
    failNext: (operation: MemoryOperation, fault: MemoryFault) => void faults[operation].push(fault),
    clearFaults: () => {
      for (const waiting of Object.values(faults)) waiting.length = 0;
    },
    beforeNext: (operation: MemoryOperation, act: () => void | Promise<void>) => void acts[operation].push(act),
    async run<Value, Reason extends string>(
      operation: MemoryOperation,
      number: string,
      work: () => Outcome<Value, Reason>,
    ): Promise<Outcome<Value, Reason>> {
      calls.push({ operation, number });
      await acts[operation].shift()?.();
      const fault = faults[operation].shift();
      if (fault === undefined) return work();
      if (fault.kind === "refused") return refused(fault.reason as Reason, "scripted");
      if (fault.workDone) work();
      return unknown("scripted");
    },
  };
}
