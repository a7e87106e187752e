/** A piece of work that a trace shows. Attributes never hold secrets, openids, addresses or what people typed. */
export interface SpanStart {
  readonly name: string;
  readonly kind?: "server" | "client" | "consumer" | "internal";
  readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  /** The order that it is about: outside of any other trace it belongs to the order's own. */
  readonly orderId?: string | null;
  /** `traceparent` of a caller who may say so. */
  readonly traceparent?: string | null;
}

/** While the work runs. */
interface OpenSpan {
  note(attributes: Readonly<Record<string, string | number | boolean>>): void;
  /** `traceparent` for whoever is called. */
  headers(): Readonly<Record<string, string>>;
}

/** Runs the work and shows it; a rejection is shown as an error and passed on. */
export type Trace = <Result>(start: SpanStart, work: (span: OpenSpan) => Promise<Result>) => Promise<Result>;

const SILENT_SPAN: OpenSpan = { note() {}, headers: () => ({}) };

/** Without tracing. */
export const untraced: Trace = (_start, work) => work(SILENT_SPAN);
