import type { Dictionary } from "../zh-CN/index.ts";
import { about } from "./about.ts";
import { admin } from "./admin.ts";
import { api } from "./api.ts";
import { approvals } from "./approvals.ts";
import { broken } from "./broken.ts";
import { codeEntry } from "./code-entry.ts";
import { codes } from "./codes.ts";
import { collect } from "./collect.ts";
import { collection } from "./collection.ts";
import { configuration } from "./configuration.ts";
import { confirmation } from "./confirmation.ts";
import { controls } from "./controls.ts";
import { counter } from "./counter.ts";
import { credentials } from "./credentials.ts";
import { differences } from "./differences.ts";
import { docs } from "./docs.ts";
import { doctor } from "./doctor.ts";
import { embed } from "./embed.ts";
import { epay } from "./epay.ts";
import { epayAccounts } from "./epay-accounts.ts";
import { errors } from "./errors.ts";
import { exports } from "./exports.ts";
import { findings } from "./findings.ts";
import { health } from "./health.ts";
import { learner } from "./learner.ts";
import { lists } from "./lists.ts";
import { look } from "./look.ts";
import { notifications } from "./notifications.ts";
import { offers } from "./offers.ts";
import { order } from "./order.ts";
import { page } from "./page.ts";
import { passkeys } from "./passkeys.ts";
import { pay } from "./pay.ts";
import { people } from "./people.ts";
import { poster } from "./poster.ts";
import { printing } from "./printing.ts";
import { problems } from "./problems.ts";
import { promotions } from "./promotions.ts";
import { scene } from "./scene.ts";
import { schedule } from "./schedule.ts";
import { shop } from "./shop.ts";
import { story } from "./story.ts";
import { tills } from "./tills.ts";
import { upkeep } from "./upkeep.ts";
import { webhooks } from "./webhooks.ts";

export const dictionary: Dictionary = {
  ...{
    about,
    admin,
    api,
    approvals,
    broken,
    codeEntry,
    codes,
    collect,
    collection,
    configuration,
    confirmation,
    controls,
    counter,
    credentials,
    differences,
    docs,
    doctor,
    embed,
    epay,
    errors,
    epayAccounts,
    exports,
    findings,
    health,
    learner,
    lists,
    look,
  },
  ...{
    notifications,
    offers,
    order,
    page,
    passkeys,
    pay,
    people,
    poster,
    printing,
    problems,
    promotions,
    scene,
    schedule,
    shop,
    story,
    tills,
    upkeep,
    webhooks,
  },
};
