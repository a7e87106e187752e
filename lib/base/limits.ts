import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./time.ts";

// Every limit of the product, with the reason where the number is not ours to choose.

// Those of promotions and of the learner.
export * from "./offer-limits.ts";

// Bodies and texts
export const BODY_BYTES_MAX = 1_048_576;
export const NOTIFY_BODY_BYTES_MAX = 1_048_576;
export const GOODS_TAG_CHARS_MAX = 32;
/** Kept one by one of a payment; the rest is kept as one sum for each kind of funding. */
export const VOUCHERS_MAX = 50;
export const DESCRIPTION_CHARS_MAX = 127;
export const ITEM_NAME_CHARS_MAX = 256; // WeChat Pay's goods_name
export const SKU_CHARS_MAX = 64;
export const CATEGORY_CHARS_MAX = 64;
export const METADATA_KEYS_MAX = 50;
export const METADATA_KEY_CHARS_MAX = 64;
export const METADATA_VALUE_CHARS_MAX = 512;
export const RETURN_URL_CHARS_MAX = 2_048;
export const IDEMPOTENCY_KEY_CHARS_MAX = 255;
export const OPENID_CHARS_MAX = 128;
export const NONCE_CHARS_MAX = 128;

// The shop's logo: the file that is taken, and what is drawn of it
export const LOGO_UPLOAD_BYTES_MAX = 262_144;
export const LOGO_BYTES_MAX = 65_536;
export const LOGO_PIXELS_MAX = 16_777_216;
export const LOGO_SIDE_PX = 256;
export const SHOP_NAME_CHARS_MAX = 40;
export const THANKS_CHARS_MAX = 60;
export const SHOP_PHONE_CHARS_MAX = 25;
/** Looks of the shop that the dashboard lists to return to. */
export const LOOKS_LISTED = 8;

// Orders
export const ITEMS_MAX = 1_000;
export const QUANTITY_MAX = 100_000;
/** The shop's own id of a shopper: any text, an e-mail address for example. */
export const SHOPPER_ID_CHARS_MAX = 128;
export const AMOUNT_FEN_MAX = 1_000_000_000;
export const EXPIRES_IN_S_MIN = 60;
export const EXPIRES_IN_S_MAX = 604_800;
export const EXPIRES_IN_S_DEFAULT = 7_200;
export const PAGE_SIZE_DEFAULT = 20;
export const PAGE_SIZE_MAX = 100;
/** How long the confirmation of a refund by an agent is valid. */
export const MCP_CONFIRMATION_MS = 10 * MINUTE_MS;
/** How often the command line looks for what has happened. */
export const EVENTS_POLL_MS = 300;
/** The command line waits so long for what it has set going. */
export const TRIGGER_TIMEOUT_MS = 30 * SECOND_MS;
/** How often a closed order is made again, one after the other. */
export const ORDERS_RECOVERED_MAX = 20;
/** So long after an order has closed its page offers the same again, at the shop's prices of then. */
export const ORDER_AGAIN_MS = DAY_MS;
/** Of the shop's number of an order; WeChat takes 32, and attempts add to it. */
export const OUT_TRADE_NO_CHARS_MAX = 28;
/** Days of one report. */
export const REPORT_DAYS_DEFAULT = 31;
export const REPORT_DAYS_MAX = 366;

// A read replica
/** What is only looked at may be this old; a replica that is further behind is not read. */
export const REPLICA_AGE_MAX_MS = 30 * SECOND_MS;
export const REPLICA_CHECK_EVERY_MS = SECOND_MS;
/** A replica that does not say how far it is by then is not read. */
export const REPLICA_ANSWER_MS = SECOND_MS;
/** How long one that is gone is not asked again. */
export const REPLICA_REST_MS = 5 * SECOND_MS;
export const REPLICA_POOL_SIZE = 5;
/** So long after an action its person reads the primary: any replica that is read after that has what they did. */
export const OWN_ACTION_MS = REPLICA_AGE_MAX_MS + 5 * SECOND_MS;

// Payments
export const START_ROUNDS_MAX = 3;
/** Trades that one order may open at WeChat Pay in its life, and within a minute: changing the way to pay opens a new one. */
export const ATTEMPTS_PER_ORDER_MAX = 20;
export const ATTEMPTS_PER_MINUTE_MAX = 10;
/** How many numbers `…-2`, `…-3` are tried when other orders of the shop hold them. */
export const NUMBER_TRIES_MAX = 100;
export const TRADE_NUMBER_CHARS_MAX = 32;
/** The highest ending `…-999` of a trade that we open. Payments that nobody foresaw may go beyond. */
export const TRADE_SEQUENCE_MAX = 999;
export const CLOCK_SKEW_S_MAX = 300; // WeChat Pay's window, for its notices and for our signed requests
/** How long code_url and prepay_id are handed out again; WeChat keeps them 2 h, a margin stays for the shopper. */
export const HANDOVER_FRESH_MS = 110 * MINUTE_MS;
export const H5_HANDOVER_FRESH_MS = 4 * MINUTE_MS; // WeChat keeps it 5 min
/** An `opening` attempt that WeChat does not know is given up after this: every call of ours has ended long before. */
export const OPENING_GIVEN_UP_MS = MINUTE_MS;
/** A page that was used this recently has its attempts asked after often. */
export const PAGE_IN_USE_MS = 10 * MINUTE_MS;
export const CHECK_SOON_MS = 40 * SECOND_MS;
export const CHECK_LATER_MS = 7 * MINUTE_MS;
export const CHECK_RETRY_MS = 20 * SECOND_MS;
/** A sweep's claim on a row; after it another worker may take the row. */
export const SWEEP_LEASE_MS = 30 * SECOND_MS;
export const SWEEP_BATCH = 50;
/** Rows that one transaction adds to a hash chain. */
export const CHAIN_ROWS_AT_ONCE = 2_000;
/** A chain that is further behind does not keep up, or waits for a transaction that does not end. */
export const CHAIN_LAG_MS = 15 * MINUTE_MS;
/** Heads of a day that the place outside has not taken for longer are told of; by then it was tried six times. */
export const ANCHOR_LATE_MS = HOUR_MS;

/** WeChat's time of a payment may differ from our clock by this much; beyond it the time is replaced by ours. */
export const PAYMENT_TIME_SKEW_MS = DAY_MS;
/** How long the notices of a replaced account count after its last open payment. WeChat repeats a notice for a day. */
export const RETIRED_ACCOUNT_NOTICES_MS = 7 * DAY_MS;
/** After a notice that is only a hint WeChat is asked at once; the notice's answer waits this long for it. WeChat waits 5 s. */
export const HINT_WAIT_MS = 2_500;
/** Between two questions about one number, however many notices name it. */
export const HINT_SPACING_MS = 5 * SECOND_MS;
/** Pauses between the looks at a trade that a notice hinted at; after the last one WeChat's "not paid" is believed. */
export const HINT_CHECKS_MS = [5, 15, 30, 60, 300].map((seconds) => seconds * SECOND_MS);
/** Without any certain answer it is asked about for about two days; the alert stays. */
export const HINT_UNANSWERED_LOOKS_MAX = 600;

// Payment codes (付款码) at a counter; wechatpay.md §6.4
/** How long the shop's call waits for the shopper's password; afterwards the shop asks again. */
export const CODEPAY_WAIT_MS = 15 * SECOND_MS;
export const CODEPAY_POLL_MS = 3 * SECOND_MS;
/** Between two looks by the sweep. */
export const CODEPAY_CHECK_MS = 5 * SECOND_MS;
/** What is not paid by then is taken back. */
export const CODEPAY_GIVEN_UP_MS = 45 * SECOND_MS;
export const CODEPAY_REVERSE_AFTER_MS = 15 * SECOND_MS; // WeChat Pay's own limit
/** After it a charge is asked after as seldom as other trades are. */
export const CODEPAY_URGENT_MS = 5 * MINUTE_MS;
/** A reversal that was not confirmed for so long is shown to a person. */
export const REVERSAL_QUIET_MS = 5 * MINUTE_MS;

// Refunds
export const REFUND_REASON_CHARS_MAX = 80;
/** So long a refund waits for a second person; then it is not made, and its amount is free again. */
export const REFUND_APPROVAL_LIFE_MS = 3 * DAY_MS;
export const APPROVAL_REASON_CHARS_MAX = 200;
/** WeChat's time to begin with an abnormal refund that it was asked to finish; abnormal after that, it was not taken or failed again. */
export const ABNORMAL_REFUND_WAIT_MS = 10 * MINUTE_MS;
export const REFUNDS_PER_TRADE_MAX = 50; // WeChat Pay's own limit
export const REFUNDABLE_MS = 365 * DAY_MS; // WeChat Pay's own limit
/** WeChat wants a minute between the refunds of one trade; a second stays for the way there. */
export const REFUND_SPACING_MS = MINUTE_MS + SECOND_MS;
/** Pauses before each look at a refund that WeChat has accepted; the last one goes on. */
export const REFUND_CHECKS_MS = [1, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS);
/** Pauses before a refund without a certain answer is sent again; the last one goes on. */
export const REFUND_RESENDS_MS = [20 * SECOND_MS, 40 * SECOND_MS, ...REFUND_CHECKS_MS];
/** After so many sends without a certain answer a person is told. */
export const REFUND_SENDS_QUIET = 6;
/** A refund made in WeChat's console is asked about for about a day; the alert stays. */
export const FOREIGN_REFUND_LOOKS_MAX = 50;
/** WeChat may not find a trade that was just paid; after this it is believed. */
export const REFUND_ABSENT_BELIEVED_MS = HOUR_MS;

// Bills and reconciliation
/** Rows that are looked up in our book at a time. */
export const BILL_BATCH_ROWS = 1_000;
export const BILL_LINE_CHARS_MAX = 65_536;
/** More differences than a person could look through mean one cause; the rest is counted. */
export const DISCREPANCIES_MAX = 10_000;
/** Days that are still reconciled when the worker was away. */
export const RECONCILE_CATCH_UP_DAYS = 14;
/** Between our moment and WeChat's of one refund. */
export const REFUND_MOMENTS_APART_MS = 2 * MINUTE_MS;
export const DISCREPANCY_REASON_CHARS_MAX = 500;
/** From ten o'clock, when a day's bill is to be had: who has none by then is told so. */
export const BILL_LATE_MS = 8 * HOUR_MS;

// Talking to WeChat Pay; its times are in call-budgets.ts
export const GATEWAY_ANSWER_BYTES_MAX = 1_048_576;
/** A bill, compressed as it comes and as it is kept: about a million rows. */
export const BILL_GZIP_BYTES_MAX = 67_108_864;
/** A file of that size that unpacks to more is no bill. */
export const BILL_BYTES_MAX = 2_147_483_648;
/** A v2 document: forty coupons and fifty refunds stay far below it. */
export const V2_XML_BYTES_MAX = 65_536;
export const V2_XML_FIELDS_MAX = 1_024;
/** WeChat Pay's validators count bytes of UTF-8, in v3 as in v2; ours keep the full text. */
export const WECHAT_DESCRIPTION_BYTES_MAX = 127;
export const WECHAT_REASON_BYTES_MAX = 80;
export const WECHAT_GOODS_TAG_BYTES_MAX = 32;
/** v2 refuses an expiry less than a minute away; a little stays for the way there and for its clock. */
export const V2_EXPIRY_MS_MIN = 65 * SECOND_MS;
/** WeChat asks for platform certificates to be fetched at intervals under 12 h. */
export const PLATFORM_KEYS_FRESH_MS = 10 * HOUR_MS;
/** Between two downloads for one account, whoever asks: notices with invented serials must not become calls. */
export const PLATFORM_KEYS_RETRY_MS = 10 * SECOND_MS;
/** It grows up to this while downloads bring nothing new. */
export const PLATFORM_KEYS_RETRY_MS_MAX = MINUTE_MS;
/** A certificate that ends within this has a successor: WeChat makes it ten days ahead. */
export const PLATFORM_KEYS_AHEAD_MS = 10 * DAY_MS;
/** Between two looks for certificates that another process has fetched. */
export const PLATFORM_KEYS_RELOAD_MS = SECOND_MS;
/** The same after WeChat said that this merchant has no certificates. */
export const PLATFORM_KEYS_ABSENT_RETRY_MS = MINUTE_MS;
/** How long a message with an unknown serial waits for a download; WeChat waits 5 s for our answer. */
export const PLATFORM_KEYS_WAIT_MS = 4 * SECOND_MS;

// Live streams
export const STREAM_LIFE_MS = 10 * MINUTE_MS;
export const STREAM_HEARTBEAT_MS = 20 * SECOND_MS;
export const STREAMS_PER_ORDER_MAX = 50;
export const STREAMS_MAX = 6_000;
/** A client that leaves this much unread is gone or stuck; it comes back by itself. */
export const STREAM_BYTES_WAITING_MAX = 65_536;

// Keeping
export const IDEMPOTENCY_KEPT_MS = 72 * HOUR_MS;
/** Messages to and from WeChat as bytes. A shopper can complain to WeChat for half a year. */
export const GATEWAY_MESSAGES_KEPT_MS = 180 * DAY_MS;
/** Of one message; most have less than a fifth of it. */
export const GATEWAY_MESSAGE_BYTES_MAX = 16_384;
export const GATEWAY_MESSAGE_HEAD_CHARS_MAX = 4_096;
/** Of one number and operation: so many of the first and as many of the newest. */
export const GATEWAY_MESSAGES_KEPT_EACH_END = 20;
/** What waits in memory to be written; more is dropped. */
export const GATEWAY_MESSAGES_WAITING_MAX = 2_000;
export const GATEWAY_MESSAGES_WAITING_BYTES_MAX = 8_388_608;
/** Rows of one statement. */
export const GATEWAY_MESSAGES_BATCH = 100;
export const GATEWAY_MESSAGES_EVERY_MS = 500;
/** Rows one clean-up statement takes, so that none holds its locks for long. */
export const CLEANUP_BATCH = 1_000;

// The doctor
/** No check takes longer; the whole visit stays below ten seconds whatever hangs. */
export const DOCTOR_CHECK_MS = 3 * SECOND_MS;
/** Two rounds of calls and the wait for a notice. */
export const DOCTOR_WECHAT_MS = 7.5 * SECOND_MS;
/** WeChat allows five minutes; a clock that is off by this much will not stay there. */
export const DOCTOR_SKEW_S_WARN = 60;
export const CERTIFICATE_EXPIRY_WARN_MS = 30 * DAY_MS;
export const BACKUP_FRESH_MS = 7 * DAY_MS;
export const SWEEP_LAG_S_WARN = 120;
export const SWEEP_LAG_S_BAD = 600;
export const DISK_BYTES_LOW = 1_073_741_824;
export const DISK_BYTES_MIN = 268_435_456;

// Backups and restore drills
/** A worker that says nothing of a run for so long is gone, and the run with it. */
export const UPKEEP_LEASE_MS = 2 * MINUTE_MS;
/** Runs of each kind that the page lists. */
export const UPKEEP_LISTED = 20;
/** Of an object that goes to S3 in parts: so much is in memory at a time, and 10,000 parts are the most there may be. */
export const S3_PART_BYTES = 16 * 1_048_576;
/** Payments that a restore drill asks WeChat about, of each sort. */
export const GAP_ASKED_MAX = 200;
/** The log of the embedded database may be this late before somebody is told. */
export const BACKUP_LOG_LAG_MS = 5 * MINUTE_MS;
export const BACKUP_LOG_EVERY_MS = 20 * SECOND_MS;
export const DRILL_DAYS_MAX = 90;
/** A restore that was not rehearsed for so long is one that nobody knows of. */
export const DRILL_OLD_MS = 100 * DAY_MS;
/** Of the database server's log, in one object of the store. */
export const LOG_PIECE_BYTES_MAX = 64 * 1_048_576;
export const BACKUPS_KEPT_MIN = 3;
export const BACKUPS_KEPT_MAX = 365;

// Processes
export const HEARTBEAT_EVERY_MS = 10 * SECOND_MS;
/** A worker that was not seen for this long counts as gone. */
export const WORKER_SEEN_MS = 60 * SECOND_MS;

// Scenes
/** What the shop says of itself is read again after this: a word said in another process is in force by then. */
export const SCENE_KNOWLEDGE_FRESH_MS = SECOND_MS;
/** An order does not wait longer for what is known of its shop. */
export const SCENE_LOOKUP_TIMEOUT_MS = 40;
/** A decision that took longer is written down. */
export const SCENE_SLOW_MS = 50;
/** The newest words of a merchant; older ones are forgotten, not deleted. */
export const SCENE_CORRECTIONS_READ = 5_000;
/** What a plan of the pay page may take, with all that it asks for, before the plain page is shown instead. */
export const PAGE_PLAN_TIMEOUT_MS = 50;
/** Plans that were kept lately; they are not sent to the store again. */
export const PAGE_PLANS_REMEMBERED = 20_000;
export const PAGE_PREFS_COOKIE_LIFE_MS = 365 * DAY_MS;

// The edge: HTTP
export const JSON_DEPTH_MAX = 32;
export const API_KEY_NAME_CHARS_MAX = 128;
/** Addresses and networks that one API key may be limited to. */
export const API_KEY_NETWORKS_MAX = 50;
/** How long the secret before a rotation goes on working. */
export const API_KEY_OVERLAP_S_DEFAULT = 86_400;
export const API_KEY_OVERLAP_S_MAX = 30 * 86_400;
/** People are told so long before a key ends. */
export const API_KEY_ENDING_MS = 7 * DAY_MS;
/** A key's last use is written down at most this often, and sooner when it came from elsewhere. */
export const API_KEY_SEEN_EVERY_MS = MINUTE_MS;
export const API_KEY_SEEN_ELSEWHERE_MS = 5 * SECOND_MS;
/** Characters of the text that should have been signed, in an error of the sandbox. */
export const STRING_TO_SIGN_CHARS_MAX = 4_096;
/** A merchant's server at full speed stays below it; a program that has lost its mind does not. */
export const API_CALLS_PER_KEY_PER_MINUTE = 120_000;
/** Calls that may ask WeChat something. Whole offices and mobile carriers share one address. */
export const PAY_PAGE_CALLS_PER_ADDRESS_PER_MINUTE = 60_000;
export const PAY_PAGE_ORDERS_PER_ADDRESS = 300;
export const PAY_PAGE_ORDERS_WINDOW_MS = 10 * MINUTE_MS;
/** "I have paid" asks WeChat at most this often for one order. */
export const CHECK_BY_SHOPPER_MS = 3 * SECOND_MS;
/** A call that died without an answer frees its idempotency key after this: longer than any call of ours lives. */
export const IDEMPOTENCY_LEASE_MS = 30 * SECOND_MS;
export const OAUTH_STATE_LIFE_MS = 10 * MINUTE_MS;
/** WeChat may send the shopper back twice with one code, which works once. */
export const OAUTH_CODES_REMEMBERED = 10_000;
export const OPENID_COOKIE_LIFE_MS = 30 * DAY_MS;
/** A shopper's yes or no to being remembered; then they are asked anew. */
export const PERSONAL_COOKIE_LIFE_MS = 180 * DAY_MS;
export const WEBHOOK_ENDPOINTS_MAX = 100;
export const HEADER_BYTES_MAX = 16_384;
export const HEADERS_TIMEOUT_MS = 10 * SECOND_MS;
export const REQUEST_TIMEOUT_MS = 20 * SECOND_MS;
export const KEEP_ALIVE_TIMEOUT_MS = 65 * SECOND_MS; // longer than the 60 s of usual proxies
export const WEB_STOP_MS = 4 * SECOND_MS;
/** How long a connection that a caller keeps open may stay idle after the process was asked to end. */
export const WEB_IDLE_STOP_MS = SECOND_MS;

// The dashboard
export const ADMIN_PASSWORD_CHARS_MIN = 10;
export const ADMIN_PASSWORD_CHARS_MAX = 256;
export const ADMIN_SESSION_IDLE_MS = 12 * HOUR_MS;
export const ADMIN_SESSION_LIFE_MS = 7 * DAY_MS;
/** How long the page for the authenticator's code may stay open. */
export const ADMIN_CODE_WAIT_MS = 10 * MINUTE_MS;
/** A session's last use is written down at most this often. */
export const ADMIN_SEEN_EVERY_MS = MINUTE_MS;
/** So long after the second factor was shown, what is dangerous does not ask for it again. */
export const ADMIN_CONFIRMATION_LIFE_MS = 5 * MINUTE_MS;
export const ADMIN_USERS_MAX = 500;
/** Wrong tries without a pause, for one account and from one address (a shop's whole staff may share one). */
export const ADMIN_TRIES_PER_ACCOUNT = 5;
export const ADMIN_TRIES_PER_ADDRESS = 20;
/** The first pause; each further wrong try doubles it. */
export const ADMIN_LOCK_FIRST_MS = 30 * SECOND_MS;
/** An account's pause stays short enough that a stranger's guessing does not keep its owner out for a day. */
export const ADMIN_LOCK_ACCOUNT_MS_MAX = 15 * MINUTE_MS;
export const ADMIN_LOCK_ADDRESS_MS_MAX = 24 * HOUR_MS;
/** Wrong tries are forgotten when none has come for so long. */
export const ADMIN_TRIES_KEPT_MS = 24 * HOUR_MS;
/** A browser keeps the device cookies of so many people who share it. */
export const ADMIN_DEVICES_PER_BROWSER = 5;
export const ADMIN_DEVICE_COOKIE_LIFE_MS = 180 * DAY_MS;
/** Rows of the audit log that failures about one person, or about strangers, may cause in a minute; the rest share one row of each kind. */
export const AUDIT_REPEATED_ROWS_PER_MINUTE = 5;
export const ADMIN_CONFIG_BYTES_MAX = 262_144;

// Lists of the dashboard
/** So many of the newest orders are added up under a list that no roll-up is narrowed like. */
export const ORDERS_SUMMED_MAX = 3_000;
/** So many entries of the audit log are read by one search; it says where it stopped, and goes on from there when asked. */
export const AUDIT_ROWS_SEARCHED = 20_000;
/** So many of the newest refunds are added up under a list that was searched. */
export const REFUNDS_SUMMED_MAX = 3_000;
export const LIST_VIEWS_PER_PERSON_MAX = 30;
export const LIST_VIEW_NAME_CHARS_MAX = 40;
export const LIST_VIEW_QUERY_CHARS_MAX = 1_000;
/** A page does not wait longer for a sum. */
export const ORDERS_SUMMED_TIMEOUT_MS = 150;

// Notifications to people
export const NOTIFICATION_CHANNELS_MAX = 100;
/** Devices of one person, which everyone may add: they must not take the place of the shop's own channels. */
export const NOTIFICATION_DEVICES_PER_PERSON_MAX = 5;
export const NOTIFICATION_NAME_CHARS_MAX = 60;
export const NOTIFICATION_RECIPIENTS_MAX = 50;
/** News of this age is no news; it is given up. */
export const NOTIFICATION_AGE_MAX_MS = DAY_MS;
/** More messages of one channel within a minute are told as one. */
export const NOTIFICATION_STORM = 10;
/** Notifications that one message may sum up. */
export const NOTIFICATION_DIGEST_MAX = 2_000;

// Receipts on paper
export const PRINTERS_MAX = 50;
export const PRINTER_NAME_CHARS_MAX = 60;
export const PRINT_COPIES_MAX = 5;
/** Nobody waits any longer for a receipt that was to print by itself; it can still be printed by hand. */
export const PRINT_JOB_AGE_MAX_MS = 2 * HOUR_MS;

// Receipts by e-mail, which shoppers ask for
/** A trigger holds the same. */
export const RECEIPT_MAILS_PER_ORDER_MAX = 3;
/** Of all orders of the shop, to one address in a day. */
export const RECEIPT_MAILS_PER_ADDRESS_MAX = 5;
export const RECEIPT_MAIL_AGE_MAX_MS = DAY_MS;

// Configuration and keys
/** How long money that settles no order waits before it goes back by itself, where the merchant chose that. */
export const EXTRA_MONEY_DELAY_S_DEFAULT = 3_600;
export const EXTRA_MONEY_DELAY_S_MIN = 60;
export const EXTRA_MONEY_DELAY_S_MAX = 2_592_000;
/** Values wrapped anew in one transaction when the master key is replaced. */
export const MASTER_KEY_BATCH_ROWS = 200;
