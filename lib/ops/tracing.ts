import type { Trace } from "#lib/base/trace.ts";
import { untraced } from "#lib/base/trace.ts";

// Next.js bundles a second copy of this file; both copies must share one tracer.
const TRACER = Symbol.for("lingfu.trace");
const shared = globalThis as { [TRACER]?: Trace };

/** Shows the work where the process is traced; costs one look otherwise. */
export const traced: Trace = (start, work) => (shared[TRACER] ?? untraced)(start, work);

function setTrace(trace: Trace | undefined): void {
  if (trace === undefined) delete shared[TRACER];
  else shared[TRACER] = trace;
}

interface TracedProcess {
  /** Null: nothing is traced, and OpenTelemetry is not loaded. */
  readonly endpoint: string | null;
  readonly process: string;
  readonly processId: string;
}

/** @returns sends what is left, and ends */
export async function startTracing({ endpoint, ...process }: TracedProcess): Promise<() => Promise<void>> {
  if (endpoint === null) return async () => {};
  const { startTraces } = await import("./export-traces.ts");
  const { trace, stop } = startTraces({ endpoint, ...process });
  setTrace(trace);
  return async () => {
    setTrace(undefined);
    await stop();
  };
}
