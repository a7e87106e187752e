export type LogFields = Readonly<Record<string, unknown>>;

/** Events first, then plain fields: `log.info("payment.settled", { orderId, amountFen })`. Never bodies, keys or openids. */
export interface Log {
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}
