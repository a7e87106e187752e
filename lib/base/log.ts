type Fields = Readonly<Record<string, unknown>>;

/** Events first, then plain fields: `log.info("payment.settled", { orderId, amountFen })`. Never bodies, keys or openids. */
export interface Log {
  info(event: string, fields?: Fields): void;
  warn(event: string, fields?: Fields): void;
  error(event: string, fields?: Fields): void;
}
