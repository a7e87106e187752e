// What the rest of the product knows of notifications to people.

export { CHANNEL_KINDS, type ChannelKindName, isChannelKind } from "./channels/index.ts";
export { createNotifier, type PeopleNotifier } from "./deliver.ts";
export { createNotificationChannels, type NotificationChannels } from "./manage-channels.ts";
export { createPushKeys, type PushKeys } from "./push-keys.ts";
export { createReceiptMails, type ReceiptMailDeps, type ReceiptMails, type ReceiptMailWish } from "./receipt-mails.ts";
