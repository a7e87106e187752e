// The dashboard's texts. They are in Chinese and English; a reader of zh-HK gets zh-CN.

import { admin as adminEn } from "./en/admin.ts";
import { collection as collectionEn } from "./en/collection.ts";
import { configuration as configurationEn } from "./en/configuration.ts";
import { controls as controlsEn } from "./en/controls.ts";
import { counter as counterEn } from "./en/counter.ts";
import { doctor as doctorEn } from "./en/doctor.ts";
import { learner as learnerEn } from "./en/learner.ts";
import { webhooks as webhooksEn } from "./en/webhooks.ts";
import type { Language } from "./language.ts";
import { type AdminText, admin as adminZh } from "./zh-CN/admin.ts";
import { type CollectionText, collection as collectionZh } from "./zh-CN/collection.ts";
import { type ConfigurationText, configuration as configurationZh } from "./zh-CN/configuration.ts";
import { type ControlsText, controls as controlsZh } from "./zh-CN/controls.ts";
import { type CounterText, counter as counterZh } from "./zh-CN/counter.ts";
import { type DoctorText, doctor as doctorZh } from "./zh-CN/doctor.ts";
import { type LearnerText, learner as learnerZh } from "./zh-CN/learner.ts";
import { type WebhooksText, webhooks as webhooksZh } from "./zh-CN/webhooks.ts";

export type { AdminText, CollectionText, ConfigurationText };

const choose =
  <Text>(zh: Text, en: Text) =>
  (language: Language): Text =>
    language === "en" ? en : zh;

export const adminText = choose<AdminText>(adminZh, adminEn);
export const collectionText = choose<CollectionText>(collectionZh, collectionEn);
export const configurationText = choose<ConfigurationText>(configurationZh, configurationEn);
export const controlsText = choose<ControlsText>(controlsZh, controlsEn);
export const counterText = choose<CounterText>(counterZh, counterEn);
export const doctorText = choose<DoctorText>(doctorZh, doctorEn);
export const learnerText = choose<LearnerText>(learnerZh, learnerEn);
export const webhooksText = choose<WebhooksText>(webhooksZh, webhooksEn);
