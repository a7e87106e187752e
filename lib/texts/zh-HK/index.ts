import { type Dictionary, dictionary as simplified } from "../zh-CN/index.ts";
import { about } from "./about.ts";
import { codeEntry } from "./code-entry.ts";
import { collect } from "./collect.ts";
import { embed } from "./embed.ts";
import { offers } from "./offers.ts";
import { page } from "./page.ts";
import { pay } from "./pay.ts";
import { schedule } from "./schedule.ts";

/** The pay page and the page of a collection code are in traditional characters; all else is as in zh-CN. */
export const dictionary: Dictionary = { ...simplified, about, collect, codeEntry, embed, offers, page, pay, schedule };
