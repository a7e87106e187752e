import type { AlertsText } from "../zh-CN/alerts.ts";

export const alerts: AlertsText = {
  recovery_code_used: [
    "Somebody signed in with a recovery code",
    "A recovery code was used up; whose it was and how many are left is below. If it was not them, reset their sign-in in Settings → People at once.",
  ],
  passkey_suspended: [
    "A passkey may have been copied and was suspended",
    "The count of uses of a passkey went back, as a copy's would; neither signs in any more. Check with its owner, then reset their sign-in in Settings → People.",
  ],
  amount_mismatch: [
    "Payment differs from the order",
    "A notice's amount or merchant differs from the order, and WeChat was asked. Money that it confirms is listed as extra: refund it.",
  ],
  notice_unconfirmed: [
    "A payment notice was not confirmed",
    "A rightly signed notice told of a payment that WeChat does not know. A key may have leaked: replace it and revoke the old account.",
  ],
  payment_time_replaced: [
    "Our time stands for the payment",
    "WeChat gave no usable time of payment, so ours was booked. Where dates differ in reconciliation, WeChat's bill is right.",
  ],
  late_payment: [
    "Paid after closing",
    "The shopper paid after the order was closed. Open it to give the money back or accept it.",
  ],
  extra_payment: ["Paid twice", "A second payment came for one order. Open it and give the surplus back."],
  unknown_order: [
    "Unknown payment",
    "WeChat told of a payment for an order we do not know. Check it in the merchant platform.",
  ],
  paid_without_notice: [
    "No notice came",
    "The payment was found by asking; the money is fine. If it happens often, check the notify address.",
  ],
  refund_abnormal: [
    "Refund in trouble",
    "The money cannot reach the shopper. Open the order to send it to another bank card, or back to the shop’s account.",
  ],
  refund_failed: ["Refund failed", "WeChat refused it and the money is still yours. Open the order for the reason."],
  refund_mismatch: ["Refund differs", "WeChat’s refund is not the one we know. Check it in the merchant platform."],
  refund_overdrawn: [
    "More refunded than paid",
    "A refund given up has succeeded after all. Check it in the merchant platform.",
  ],
  refund_unanswered: ["Refund without an answer", "WeChat gives no clear answer; we keep trying under its number."],
  reversal_unanswered: ["Charge not taken back", "WeChat does not confirm it; we keep trying. Look there."],
  learner_stopped: [
    "The offers were stopped",
    "Shoppers without an optional offer earned you clearly more, so none is made any more. `learner on` starts again.",
  ],
  configuration_refused: [
    "The configuration file was refused",
    "payment_config.json on the server cannot be used; the last good one stays in force. Settings, Configuration says why.",
  ],
  webhook_disabled: [
    "Webhook endpoint ended",
    "The address answered 410, so it wants no more events and gets none. If it should, mend it and start the endpoint again: Settings, Webhooks.",
  ],
  webhook_paused: [
    "Webhook endpoint paused after three days of failures",
    "The address accepted no event for three days. New events are kept and nothing is lost. Fix the address, then resume the endpoint (Settings, Webhooks): it continues where it stopped.",
  ],
  api_key_ending: [
    "An API key will soon expire",
    "After that, the system that uses it can no longer call the API, and the webhook endpoints it made are disabled. Extend it or make a new one (Settings, API keys).",
  ],
  webhook_given_up: [
    "An event could not be delivered",
    "The webhook endpoint still refused it after all retries, so it is no longer sent. See the answers (Settings, Webhooks), fix the endpoint, then resend the failed events.",
  ],
  epay_not_told: [
    "Software on the epay door was not told of a payment",
    "The money is here and booked, but the software's notice address did not answer success for more than three days, so nothing more is sent. Check that address, then send the notice again at Settings, Epay accounts, or complete the order in that software by hand.",
  ],
  database_recovered: [
    "The database could not be written",
    "While its disk was full or it was read-only, no order was taken and no payment booked. That is over. Look at the disk; payments that were missed are asked for at WeChat.",
  ],
  backup_restored: [
    "Restored from a backup",
    "Everybody has to sign in again. Keys revoked or replaced, and people, cashiers, devices, passkeys and recovery codes ended after the backup stay so only where ended-access.jsonl lists them: check API keys, epay accounts, people, cashiers and devices.",
  ],
  bill_differences: [
    "The bill differs from your books",
    "WeChat’s bill and your books do not agree. Open the reconciliation and deal with each; this closes with the last.",
  ],
  bill_missing: [
    "No bill to be had",
    "By 18:00 WeChat’s bill of the day before could not be fetched. It is tried again; the reconciliation says why.",
  ],
  anomaly_conversion: [
    "Fewer shoppers pay than usual",
    "Of those who saw the pay page, far fewer paid than at this time of the week. This way of paying may not open, or its authorisation has ended: try a payment on a phone.",
  ],
  anomaly_wechat_error: [
    "WeChat Pay refuses more than usual",
    "WeChat refused more payment requests than usual. It may have trouble, or the configuration or the product's permission changed: see the code.",
  ],
  anomaly_notices: [
    "Notices are late or missing",
    "The money is here, but WeChat's notices came late or not at all. The notify address may not answer, its certificate may have ended: check the configuration.",
  ],
  anomaly_refunds: [
    "More refunds than usual",
    "Far more was given back than at this time of the week. An article, a price or a shop may be the reason: see that day's orders.",
  ],
  anomaly_dead_end: [
    "Many open the page where it cannot pay",
    "More shoppers than usual opened the pay page inside WeCom, Alipay or another app. See where the link was shared.",
  ],
  unfair_discounts: [
    "Discounts may be unfair",
    "Amount and novelty do not explain why shoppers with this device or app get another discount. Check channels and audiences of your promotions.",
  ],
  foreign_refund: ["Refund made at WeChat", "Somebody refunded in WeChat’s merchant platform; we verify and book it."],
  health_worker: [
    "The worker has stopped",
    "It gives no sign of life: payments still come in, but queries, refunds and notices are slow. Start the product again, or look at the worker's log.",
  ],
  health_sweeps: [
    "The sweeps are behind",
    "Rows wait much longer than they should. Look at the worker's log; start one more worker where needed.",
  ],
  health_webhooks: [
    "A webhook endpoint fails",
    "An endpoint did not answer well several times. Let it answer signed requests with 2xx.",
  ],
  health_backups: [
    "No backup, or an old one",
    "None was made in the last 7 days, or the last backup or restore rehearsal failed. Look at “Settings → Backups and retention”.",
  ],
  health_ledger: [
    "The ledger was changed, or is not chained",
    "Records of money or of who did what are not as they were written, or are no longer protected. Open “Health” to see which, keep a backup, and ask your technician.",
  ],
  health_disk: ["The disk is nearly full", "Once it is full the database stops and no payment is booked. Make room."],
  health_credentials: [
    "A certificate or key needs attention",
    "A certificate ends soon, or WeChat does not accept the keys in use. Open the doctor to see each finding.",
  ],
  no_payments: [
    "No payments for long",
    "By this shop's usual rhythm some should have come by now, and there is none. Pay something by phone to see that the pay page opens; if the shop is closed today, nothing is wrong. It ends by itself once somebody pays.",
  ],
  silent_notices: [
    "WeChat's payment notices do not arrive",
    "Shoppers paid and no notice came; we learned of it by asking WeChat. No money is lost, but confirmations are slow. Open the doctor: can the notify address be reached from outside, has its certificate ended, does a firewall keep WeChat out? It ends by itself once notices come.",
  ],
  silent_pages: [
    "The pay page seems not to open",
    "There are orders, and no shopper opens the pay page, which usually takes seconds. Scan a code by phone at once: if it does not open, check domain, certificate and proxy, and whether WeChat says that it blocks the page. It ends by itself once pages are opened.",
  ],
  failing_openings: [
    "Shoppers cannot pay: WeChat does not take the order",
    "Pages are opened, but payments fail to start at WeChat, which is rare. Open the doctor to check the merchant's settings and certificates; if all is well there, WeChat Pay may be disturbed, so take cash meanwhile. It ends by itself.",
  ],
  falling_success: [
    "Most who open the pay page do not pay",
    "The page opens, but far fewer payments succeed than usual. Pay something by phone at once, all the way, and see where it stops; the latest orders show where others stopped. It ends by itself.",
  ],
  unreachable_pages: [
    "The checkout cannot be reached from outside",
    "Every minute we open the pay page and the notify address by our public address, and both tries in a row failed: shoppers cannot pay and WeChat's notices do not come in. Check the domain name, certificate, proxy and whether the server still runs. It ends by itself.",
  ],
  printer_failing: [
    "A receipt printer does not print",
    "It is out of paper, open or out of reach. Payments go on; it prints by itself once that is mended.",
  ],
  print_unknown: [
    "A receipt may be incomplete",
    "The printer was lost while it printed. Look at the paper, and reprint on the printer's page if needed.",
  ],
  channel_failing: [
    "A notification channel fails",
    "It failed several times in a row and is tried again. Open the notification settings to see why.",
  ],
  channel_disabled: [
    "A notification channel is disabled",
    "Its receiver wants nothing more: the robot was removed, or the subscription ended. Enter a new address in the notification settings if it is still needed.",
  ],
  receipt_mail_failing: [
    "Receipts cannot be sent by e-mail",
    "A receipt that a shopper asked for could not be sent for a day and was given up. Send a test message in the notification settings to see why the mail server does not take it.",
  ],
};
