import { type Language, textsIn } from "./language.ts";
import type { Dictionary } from "./zh-CN/index.ts";

// The dashboard's texts, by page. A language without its own has those of its stand-in.

export type { AdminText } from "./zh-CN/admin.ts";
export type { CodesText } from "./zh-CN/codes.ts";
export type { CollectionText } from "./zh-CN/collection.ts";
export type { ConfigurationText } from "./zh-CN/configuration.ts";
export type { CounterText } from "./zh-CN/counter.ts";
export type { HealthText } from "./zh-CN/health.ts";
export type { ListsText } from "./zh-CN/lists.ts";
export type { NotificationsText } from "./zh-CN/notifications.ts";
export type { PeopleText } from "./zh-CN/people.ts";
export type { PromotionsText } from "./zh-CN/promotions.ts";
export type { UpkeepText } from "./zh-CN/upkeep.ts";

const choose =
  <Topic extends keyof Dictionary>(topic: Topic) =>
  (language: Language): Dictionary[Topic] =>
    textsIn(language)[topic];

export const adminText = choose("admin");
export const approvalsText = choose("approvals");
export const codesText = choose("codes");
export const collectionText = choose("collection");
export const configurationText = choose("configuration");
export const confirmationText = choose("confirmation");
export const controlsText = choose("controls");
export const counterText = choose("counter");
export const credentialsText = choose("credentials");
export const doctorText = choose("doctor");
export const epayAccountsText = choose("epayAccounts");
export const exportsText = choose("exports");
export const healthText = choose("health");
export const learnerText = choose("learner");
export const listsText = choose("lists");
export const lookText = choose("look");
export const notificationsText = choose("notifications");
export const passkeysText = choose("passkeys");
export const peopleText = choose("people");
export const promotionsText = choose("promotions");
export const printingText = choose("printing");
export const storyText = choose("story");
export const tillsText = choose("tills");
export const upkeepText = choose("upkeep");
export const webhooksText = choose("webhooks");
