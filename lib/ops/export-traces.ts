import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { TRACE_CALLS } from "#lib/base/call-budgets.ts";
import type { SpanStart, Trace } from "#lib/base/trace.ts";

// OpenTelemetry, loaded only where OTEL_EXPORTER_OTLP_ENDPOINT is set. Nothing is registered globally: Next would show its pages
// then, with addresses that hold what people searched for.

export interface TraceExport {
  /** Without a slash at the end; `/v1/traces` is added, as the specification of OTLP/HTTP says. */
  readonly endpoint: string;
  /** `web`, `worker`, `cli`. */
  readonly process: string;
  readonly processId: string;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

interface StartedTraces {
  readonly trace: Trace;
  /** Sends what is left, and ends. */
  stop(): Promise<void>;
}

export function startTraces({ endpoint, process, processId }: TraceExport): StartedTraces {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: TRACE_CALLS.totalMs });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      "service.name": "lingfu",
      "service.instance.id": processId,
      "lingfu.process": process,
    }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: TRACE_CALLS.totalMs })],
  });
  return { trace: traceBy(provider), stop: () => provider.shutdown().catch(() => {}) };
}

function traceBy(provider: BasicTracerProvider): Trace {
  const tracer = provider.getTracer("lingfu");
  const propagator = new W3CTraceContextPropagator();
  const current = new AsyncLocalStorage<Context>();
  return async (start, work) => {
    const { name, kind = "internal", attributes = {}, orderId } = start;
    const around = current.getStore();
    const own = orderId == null ? undefined : orderContext(orderId);
    const parent = around ?? parentOf(start, own);
    const isInOwn = own !== undefined && trace.getSpanContext(parent)?.traceId === own.traceId;
    const span = tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        attributes: { ...attributes, ...(orderId == null ? {} : { "lingfu.order_id": orderId }) },
        links: own === undefined || isInOwn ? [] : [{ context: own }],
      },
      parent,
    );
    const context = trace.setSpan(parent, span);
    try {
      return await current.run(context, () =>
        work({
          note: (noted) => void span.setAttributes({ ...noted }),
          headers() {
            const carrier: Record<string, string> = {};
            propagator.inject(context, carrier, defaultTextMapSetter);
            return carrier;
          },
        }),
      );
    } catch (cause) {
      // The message may hold anything; the log has it, under the same request id.
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw cause;
    } finally {
      span.end();
    }
  };

  function parentOf({ traceparent }: SpanStart, own: SpanContext | undefined): Context {
    if (traceparent != null) return propagator.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);
    return own === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, own);
  }
}

/** The same trace in every process, with nothing to be kept for it. */
function orderContext(orderId: string): SpanContext {
  const digest = createHash("sha256").update(`lingfu order ${orderId}`).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48), traceFlags: TraceFlags.SAMPLED, isRemote: true };
}
