// What one connection, one address and one call may take of the web process.

/** Open connections; above it new ones are closed at once. Room for every live stream and for the calls beside them. */
export const CONNECTIONS_MAX = 8_192;
/**
 * Requests on one connection where several processes share a port. A connection is taken by the process that is free in that moment,
 * which may be the same one for all that come at once; ended now and then, they find the free process again. nginx's own limit was the same.
 */
export const REQUESTS_PER_SHARED_CONNECTION = 100;
/** Whole offices and mobile carriers share one address. Loopback and our own proxies speak for many and are not counted. */
export const CONNECTIONS_PER_ADDRESS_MAX = 2_048;
/** File descriptors kept for the database, files, logs and calls to WeChat, where the system allows few. */
export const DESCRIPTORS_RESERVED = 512;
/** Live streams of one address; a page that gets no stream asks for the status instead. */
export const STREAMS_PER_ADDRESS_MAX = 500;

/** Bodies of the pay page's own calls and of plain forms: a choice, an openid, a basket. */
export const PAGE_BODY_BYTES_MAX = 4_096;
/** A form of the dashboard: the largest are a configuration file and a refund of a thousand items. */
export const ACTION_BODY_BYTES_MAX = 327_680;
/** Bodies that are being read at one moment, all together. */
export const BODIES_BYTES_MAX = 134_217_728;
/** What is still read, and thrown away, of a body that was refused, so that its sender gets to read the answer. */
export const REFUSED_BODY_BYTES_MAX = 67_108_864;

/** Problems that one answer names, and how long one of them may be. */
export const FIELD_ERRORS_MAX = 20;
export const FIELD_ERROR_CHARS_MAX = 200;
/** All of them together, as JSON. */
export const FIELD_ERRORS_BYTES_MAX = 6_144;
export const PROBLEM_DETAIL_CHARS_MAX = 400;

/** Shoppers' choices about being remembered, from one address in a minute, and erasures among them in an hour. */
export const PERSONALISATION_CALLS_PER_ADDRESS_PER_MINUTE = 120;
export const ERASURES_PER_ADDRESS_PER_HOUR = 60;
/** Promotion codes typed on pay pages in ten minutes: from one address, which a whole office may share, and for one order. */
export const CODE_TRIES_PER_ADDRESS = 40;
export const CODE_TRIES_PER_ORDER = 10;
export const CODE_TRIES_WINDOW_MS = 600_000;
/** Receipts by e-mail that one network asks for in an hour; a whole office may share its address. */
export const RECEIPT_MAILS_PER_CALLER_PER_HOUR = 20;
/** Different plans of one order's pay page that are kept. */
export const PAGE_PLANS_PER_ORDER_MAX = 40;
/** Prices of one order that its shopper may ask for by choosing offers. */
export const OFFER_CHOICES_PER_ORDER_MAX = 100;

/** Warnings and errors of one kind that the log takes in a minute; the next line says how many were left out. */
export const LOG_LINES_PER_EVENT_PER_MINUTE = 60;
/** The same for the lines that the framework writes. */
export const CONSOLE_LINES_PER_KIND_PER_MINUTE = 10;
export const CONSOLE_LINES_PER_MINUTE = 60;
